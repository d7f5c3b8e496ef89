import { startSessionProcess } from '@yimen/terminal/session-process';
import { simulatedMatcher } from './simulated-matcher.ts';

await startSessionProcess(simulatedMatcher);
