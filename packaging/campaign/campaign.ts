import { campaignCommand } from './command.ts';

await campaignCommand(process.argv.slice(2));
