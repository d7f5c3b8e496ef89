export { touchDesk, type TouchDesk } from './touch-desk.ts';
