import type { ReactElement } from 'react';
import { usePage } from './page-context.ts';
import { TimeLeft } from './time-left.tsx';

/** Top of the guide: hall, service and step, whether this is a demonstration, time left. */
export function Strip(): ReactElement {
  const { view, words } = usePage();
  return (
    <div className="strip">
      <div className="strip__words">
        <p className="strip__hall">
          {view.lang === 'en' ? view.hall.en : view.hall.zh}
          {view.step === null ? null : ` · ${words.step(view.step.n, view.step.m)}`}
        </p>
        {view.service === null ? null : <p className="strip__service">{view.service.title}</p>}
      </div>
      {view.demo ? <span className="demo-mark">{words.demo}</span> : null}
      <TimeLeft />
    </div>
  );
}
