import { afterAll, beforeAll } from 'vitest';
import { startCluster, type PostgresCluster } from './postgres-cluster.ts';
import { keepStoresIn } from './store-place.ts';

/** Every store that this test file opens is a database of one PostgreSQL server: started before the first test, removed
 *  after the last. */
export function usePostgres(): () => PostgresCluster {
  let cluster: PostgresCluster | undefined;
  beforeAll(async () => {
    cluster = await startCluster();
    keepStoresIn(cluster);
  });
  afterAll(async () => {
    keepStoresIn(undefined);
    await cluster?.close();
  });
  return () => {
    if (cluster === undefined) throw new Error('no server is running');
    return cluster;
  };
}
