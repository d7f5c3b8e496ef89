import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { sortedAlarms } from '../alarm-order.ts';
import { alarmsQuery } from '../api-client/queries.ts';
import { AlarmList } from '../components/alarm-list.tsx';
import { Answer, Nothing } from '../components/answer.tsx';
import { AsOf } from '../components/as-of.tsx';
import { usePage } from '../page-context.ts';

/** Open alarms, and their acknowledgement. */
export function AlarmsPage(): JSX.Element {
  const { words } = usePage();
  const { alarms: text } = words.text;
  const query = useQuery(alarmsQuery);
  return (
    <>
      <h1>{text.title}</h1>
      <Answer query={query}>
        {({ alarms, now }) => (
          <>
            <p>
              <AsOf readAt={now} />
            </p>
            {alarms.length === 0 ? (
              <Nothing title={text.none} hint={text.noneHint} />
            ) : (
              <AlarmList alarms={sortedAlarms(alarms)} showTerminal />
            )}
          </>
        )}
      </Answer>
    </>
  );
}
