export { readStaffList } from './staff-file.ts';
export { staffDesk, type StaffDesk, type StaffDeskOptions } from './staff-desk.ts';
