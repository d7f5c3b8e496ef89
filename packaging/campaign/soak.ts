import { campaignCommand } from './command.ts';

await campaignCommand(['random', ...process.argv.slice(2)]);
