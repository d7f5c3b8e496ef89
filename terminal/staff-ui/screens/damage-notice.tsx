import type { ReactElement } from 'react';
import { useConsole } from '../console-context.ts';
import { wallTime } from '../parts/wall-time.ts';

/** The journal was found damaged and was cut: from when on, and what to do now. Nothing where it never was. */
export function DamageNotice(): ReactElement | null {
  const { words, state } = useConsole();
  const { damage } = state;
  if (damage === null) return null;
  const facts: Readonly<Record<string, string>> = {
    wall: wallTime(damage.wall),
    since: damage.since === null ? words.home.always : wallTime(damage.since),
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
