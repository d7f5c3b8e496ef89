/** The seven roles (trust design §7.2). Never in one person: (admin, auditor), (publisher, approver). */
export const ROLES = ['viewer', 'technician', 'operator', 'publisher', 'approver', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a role may do with a permission. Only `yes` lets a route act alone; the other words name the part of a
 *  two-person act that the role plays, and give nothing to a route that asks for `yes`. */
export type Grant = 'yes' | 'own-order' | 'propose' | 'accept' | 'approve';

type Row = Readonly<Partial<Record<Role, Grant>>>;

/** The table of trust design §7.2; what is not written is denied. `alarm.acknowledge` and `variance.accept` follow
 *  "diagnostics". */
export const PERMISSIONS = {
  'fleet.see': {
    viewer: 'yes',
    technician: 'yes',
    operator: 'yes',
    publisher: 'yes',
    approver: 'yes',
    auditor: 'yes',
    admin: 'yes',
  },
  'alarm.acknowledge': { technician: 'own-order', operator: 'yes' },
  // Whoever counts at machines does not accept for the fleet: faults F65 asks for another person.
  'variance.accept': { operator: 'yes' },
  'diagnostics.run': { technician: 'own-order', operator: 'yes' },
  'command.class-b-c': { technician: 'own-order', operator: 'yes' },
  'terminal.enrol': { technician: 'propose', operator: 'yes', approver: 'accept' },
  'command.class-d': { operator: 'propose', approver: 'approve' },
  release: { publisher: 'propose', approver: 'approve' },
  'audit.read': { auditor: 'yes' },
  'system.see': { operator: 'yes', auditor: 'yes', admin: 'yes' },
  'staff.administer': { approver: 'approve', admin: 'propose' },
} as const satisfies Record<string, Row>;
export type Permission = keyof typeof PERMISSIONS;

/** Whether any of `roles` may do `permission` alone. Deny by default. */
export function isAllowed(roles: readonly Role[], permission: Permission): boolean {
  const row: Row = PERMISSIONS[permission];
  return roles.some((role) => row[role] === 'yes');
}

/** Everything `roles` may do alone: what a page offers. The server decides again at each request. */
export function allowedPermissions(roles: readonly Role[]): Permission[] {
  return (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => isAllowed(roles, permission));
}
