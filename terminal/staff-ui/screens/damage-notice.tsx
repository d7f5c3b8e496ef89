import type { ReactElement } from 'react';
import { useConsole } from '../console-context.ts';

/** The journal was found damaged and was cut: from when on, and what to do now. Nothing where it never was. */
export function DamageNotice(): ReactElement | null {
  const { words, state } = useConsole();
  const { damage } = state;
  if (damage === null) return null;
  const facts: Readonly<Record<string, string>> = {
    wall: at(damage.wall),
    since: damage.since === null ? words.home.always : at(damage.since),
    lost: String(damage.lost),
    file: damage.file ?? '–',
  };
  const fill = (text: string): string => text.replaceAll(/\{(\w+)\}/gu, (_, name: string) => facts[name] ?? '');
  return (
    <div className="card" role="alert">
      <p className="card__title">{fill(words.home.damage)}</p>
      <p>{fill(words.home.damageNext)}</p>
    </div>
  );
}

/** As the clock on the wall beside the machine says it. */
function at(wallMs: number): string {
  return new Date(wallMs).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 16);
}
