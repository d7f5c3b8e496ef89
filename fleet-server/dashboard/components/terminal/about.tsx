import type { JSX, ReactNode } from 'react';
import type { TerminalDetail } from '../../api-client/api-types.ts';
import { usePage } from '../../page-context.ts';

/** Software, service packages and the machine's own figures. */
export function About(props: { readonly terminal: TerminalDetail }): JSX.Element {
  const { words } = usePage();
  const { terminal: text } = words.text;
  const { sys, software, services } = props.terminal;
  return (
    <dl className="facts">
      <Fact name={text.software}>{software ?? text.noFigures}</Fact>
      <Fact name={text.services}>{services.length === 0 ? text.noFigures : <Packages services={services} />}</Fact>
      {sys === null ? null : (
        <>
          <Fact name={text.cpu}>{`${sys.cpuPct} %`}</Fact>
          <Fact name={text.memory}>{`${sys.memFreeMb} MB`}</Fact>
          <Fact name={text.disk}>{`${Math.round(sys.diskFreeMb / 102.4) / 10} GB`}</Fact>
          {sys.tempC === null ? null : <Fact name={text.temperature}>{`${sys.tempC} °C`}</Fact>}
        </>
      )}
    </dl>
  );
}

function Fact(props: { readonly name: string; readonly children: ReactNode }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** Eleven names would push everything else off the page, so they wait behind their number. */
function Packages(props: { readonly services: TerminalDetail['services'] }): JSX.Element {
  const { words } = usePage();
  return (
    <details>
      <summary>{words.text.terminal.packages(props.services.length)}</summary>
      <ul>
        {props.services.map((item) => (
          <li key={item.id}>
            {words.service(item.id)} <span className="quiet nowrap">@{item.release}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
