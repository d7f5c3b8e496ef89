export { openConsoleServer, type ConsoleServer } from './console-server.ts';
