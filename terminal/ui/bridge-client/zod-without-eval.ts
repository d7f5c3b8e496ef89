import { config } from 'zod';

// The contracts' schemas would otherwise try to compile themselves by `new Function`, which this page's policy refuses
// and reports. Imported before everything else, because schemas are made while modules load.
config({ jitless: true });
