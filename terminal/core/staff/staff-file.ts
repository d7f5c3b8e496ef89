import { readFileSync, statSync } from 'node:fs';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { staffListSchema, type StaffList } from '@yimen/contracts/terminal';
import { CORE_LIMITS } from '../limits.table.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';

/** Everybody who may sign in, read anew at each sign-in: whoever was struck off is refused at once.
 *  @fault DATA_UNREADABLE, configuration: nobody may sign in */
export function readStaffList(file: string): Result<StaffList, Fault> {
  try {
    if (statSync(file).size > CORE_LIMITS.staffListBytes)
      return err(faultOf('configuration', 'the staff list is too large', 'configuration'));
    const parsed = staffListSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (parsed.success) return ok(parsed.data);
    const issue = parsed.error.issues[0];
    const where = `${issue?.path.join('.') ?? ''} ${issue?.code ?? 'invalid'}`;
    return err(faultOf('configuration', `the staff list does not fit: ${where}`, 'configuration'));
  } catch (error) {
    return err(faultOf('DATA_UNREADABLE', `the staff list cannot be read: ${reasonOf(error)}`, 'configuration'));
  }
}
