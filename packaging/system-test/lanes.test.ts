import { matchesGlob } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { LANES, patternsTakenLater } from './lanes.table.ts';

const PROJECTS = LANES.flatMap((lane) => lane.projects);

function projectsOf(path: string): readonly string[] {
  return PROJECTS.filter((project) => project.include.some((pattern) => matchesGlob(path, pattern)))
    .filter((project) => !patternsTakenLater(project.name).some((pattern) => matchesGlob(path, pattern)))
    .map((project) => project.name);
}

describe('the lane table', () => {
  it.each([
    ['contracts/base/secret.test.ts', 'unit'],
    ['terminal/ui/screens/menu.test.tsx', 'unit-page'],
    ['fleet-server/dashboard/pages/overview.test.tsx', 'unit-page'],
    ['device-adapters/framing/escpos/status.test.ts', 'bytes'],
    ['device-adapters/drivers/card-unit-creator-crt591/protocol.test.ts', 'bytes'],
    ['device-adapters/drivers/card-unit-creator-crt591/driver.test.ts', 'driver'],
    ['device-adapters/testing/card-unit-contract.test.ts', 'contract'],
    ['fleet-server/broker/broker-contract.test.ts', 'contract'],
    ['terminal/test/stories/power-cut-after-payment.test.ts', 'story'],
    ['terminal/test/stories/contract-is-kept.test.ts', 'story'],
    ['packaging/system-test/stories/whole-way.test.ts', 'story'],
    ['device-adapters/transport/serial-channel.serial.test.ts', 'serial'],
    ['device-adapters/transport/serial-channel.test.ts', 'unit'],
    ['device-adapters/transport/serial/serial-address.test.ts', 'unit'],
    ['device-adapters/drivers/card-unit-creator-crt591/driver.serial.test.ts', 'serial'],
    ['device-adapters/test/stories/a-serial-driver-crashes-alone.serial.test.ts', 'serial'],
    ['packaging/system-test/stories/a-power-cut-loses-nothing.disk.test.ts', 'disk'],
    ['certs/key-store/tpm/tpm-key-store.keys.test.ts', 'keys'],
    ['certs/key-store/file-key-store.test.ts', 'unit'],
    ['fleet-server/test/stores-contract.database.test.ts', 'database'],
    ['terminal/ui/screens/menu.browser.test.ts', 'browser'],
    ['packaging/system-test/chromium.browser.test.ts', 'browser'],
  ])('%s runs once, in %s', (path, project) => {
    expect(projectsOf(path)).toEqual([project]);
  });

  it('fits into eighty-two minutes', () => {
    expect(LANES.reduce((sum, lane) => sum + lane.budgetSeconds, 0)).toBeLessThanOrEqual(82 * 60);
  });

  it('has a proof for every lane that needs Debian packages', () => {
    const unproven = LANES.filter((lane) => lane.debianPackages.length > 0 && lane.proofs.length === 0);
    expect(unproven).toEqual([]);
  });
});
