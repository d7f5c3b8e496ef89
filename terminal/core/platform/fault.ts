export { errnoOf, ipcFault as faultOf, reasonOf } from '../../ipc/index.ts';
