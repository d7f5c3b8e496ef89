import { defineConfig } from 'vitest/config';
import { LANES, patternsTakenLater } from './packaging/system-test/lanes.table.ts';

const neverTests = ['**/node_modules/**', '**/dist/**', '**/.cache/**'];

/** One project per row of the lane table: `npx vitest run --project unit some/path` runs one room's share of a lane. */
export default defineConfig({
  test: {
    projects: LANES.flatMap((lane) => lane.projects).map((project, order) => ({
      test: {
        name: project.name,
        include: [...project.include],
        exclude: [...neverTests, ...patternsTakenLater(project.name)],
        pool: project.pool,
        isolate: project.isolate,
        fileParallelism: !project.serial,
        testTimeout: project.testTimeoutMs,
        hookTimeout: project.testTimeoutMs,
        // Lanes differ in their worker settings, so they may not share one group.
        sequence: { groupOrder: order },
      },
    })),
  },
});
