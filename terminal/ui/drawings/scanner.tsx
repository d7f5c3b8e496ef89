import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

export interface ScannerProps {
  readonly source: 'glass' | 'feeder';
  readonly motion: 'lay' | 'scanning' | 'lift';
}

/** Sheets laid on the glass, or put into the feeder. */
export function Scanner({ source, motion }: ScannerProps): ReactElement {
  return (
    <Drawing>
      <path className="d-quiet" d="M40 520h720" />
      {source === 'glass' ? <Glass motion={motion} /> : <Feeder motion={motion} />}
    </Drawing>
  );
}

function Glass({ motion }: { readonly motion: ScannerProps['motion'] }): ReactElement {
  return (
    <g>
      {motion === 'scanning' ? null : <path className="d-paper" d="M150 250L210 40h460l-60 210z" />}
      <rect className="d-paper" x="120" y="250" width="520" height="240" rx="20" />
      <rect className="d-box" x="150" y="276" width="400" height="188" rx="6" />
      {motion === 'scanning' ? (
        <path className="d-act-thick d-dots" d="M350 286v168" />
      ) : (
        <g className={motion === 'lay' ? 'slide-in' : 'slide-out'}>
          <path className="d-paper" d="M156 282h250v170H156z" />
          <path className="d-quiet" d="M190 326h150M190 362h180M190 398h120" />
        </g>
      )}
      <path className="d-act" d="M150 276h34M150 276v34" />
      <rect className="d-light" x="584" y="290" width="24" height="24" rx="12" />
      {motion === 'lay' ? <path className="d-arrow" d="M700 300v130M664 394l36 38 36-38" /> : null}
      {motion === 'lift' ? <path className="d-arrow" d="M700 432V302M664 340l36-38 36 38" /> : null}
    </g>
  );
}

function Feeder({ motion }: { readonly motion: ScannerProps['motion'] }): ReactElement {
  return (
    <g>
      <g className={motion === 'lay' ? 'slide-out' : undefined}>
        <path className="d-paper" d="M274 60h230v250H274z" />
        <path className="d-paper" d="M288 46h230v250H288z" />
        <path className="d-quiet" d="M324 92h150M324 128h120M324 164h156" />
      </g>
      <path
        className="d-paper"
        d="M180 250h440a24 24 0 0 1 24 24v190a24 24 0 0 1-24 24H180a24 24 0 0 1-24-24V274a24 24 0 0 1 24-24z"
      />
      <path className="d-slot" d="M262 256h276" />
      <rect className="d-light" x="196" y="286" width="24" height="24" rx="12" />
      <path className="d-thin" d="M240 420h320" />
      {motion === 'scanning' ? <path className="d-act d-dots" d="M300 350h200" /> : null}
      {motion === 'lay' ? <path className="d-arrow" d="M640 80v130M604 174l36 38 36-38" /> : null}
      {motion === 'lift' ? <path className="d-arrow" d="M640 210V80M604 118l36-38 36 38" /> : null}
    </g>
  );
}
