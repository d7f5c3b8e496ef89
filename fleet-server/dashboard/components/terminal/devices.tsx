import type { JSX } from 'react';
import type { Module, ShownState, TerminalDetail } from '../../api-client/api-types.ts';
import { usePage } from '../../page-context.ts';
import { ModuleIcon } from '../module-icon.tsx';
import { Moment } from '../moment.tsx';
import { StateMark } from '../state-mark.tsx';
import { isWell } from '../../module-state.ts';

/** The cabinet's devices, those that need a hand first. */
export function Devices(props: { readonly terminal: TerminalDetail; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  const { modules } = props.terminal;
  if (modules.length === 0) return <p>{words.text.terminal.devicesNone}</p>;
  const worstFirst = modules.toSorted((a, b) => Number(isWell(a)) - Number(isWell(b)));
  return (
    <ul className="devices">
      {worstFirst.map((module) => (
        <Device key={module.module} module={module} stale={props.stale} />
      ))}
    </ul>
  );
}

function Device(props: { readonly module: Module; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  const { terminal: text, deviceStates } = words.text;
  const { module, stale } = props;
  const look = lookOf(module);
  const about = [
    module.model,
    module.serial === null ? null : text.serial(module.serial),
    module.firmware === null ? null : text.firmware(module.firmware),
  ].filter((part) => part !== null);
  return (
    <li className={!stale && look === 'outOfService' ? 'device device-bad' : 'device'}>
      <ModuleIcon module={module.module} />
      <div>
        <p className="strong">{words.module(module.module)}</p>
        <p className="device-state">
          <StateMark state={look} stale={stale} label={deviceStates[module.state]} />
        </p>
        {module.fault === null ? null : <p>{words.fault(module.fault)}</p>}
        {module.changedAt === null ? null : (
          <p className="quiet small">
            {`${text.since} `}
            <Moment at={module.changedAt} />
          </p>
        )}
        <p className="quiet small">{about.join(' · ')}</p>
      </div>
    </li>
  );
}

function lookOf(module: Module): ShownState {
  if (module.state === 'starting') return 'maintenance';
  return isWell(module) ? 'inService' : 'outOfService';
}
