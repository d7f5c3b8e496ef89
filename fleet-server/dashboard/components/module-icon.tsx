import type { JSX } from 'react';

/** Line drawings of the cabinet's devices; decoration only, the name stands beside each. */
const DRAWINGS: Readonly<Record<string, string>> = {
  cardUnit: 'M3 10h18v8H3zM6 14h5M7 10V6h10v4',
  idCardReader: 'M3 6h18v12H3zM6 10h5v5H6zM13 10h5M13 13h5',
  fingerprint: 'M7 20c-2-5-2-13 5-13s7 8 5 13M10 20c-1-4-1-9 2-9s3 5 2 9M12 14v6',
  qrReader: 'M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3zM14 14h3v3h-3zM18 18h3v3h-3z',
  signaturePad: 'M3 5h18v14H3zM6 15c2-5 4-5 4-2s3 3 5-2',
  travelDocument: 'M5 3h14v18H5zM9 8h6v5H9zM9 17h6',
  endorsementPrinter: 'M6 9V4h12v5M4 9h16v7H4zM7 16h10v4H7zM17 12h.01',
  receiptPrinter: 'M4 10h16v7H4zM7 10V4h10v6M8 17v4l2-1 2 1 2-1 2 1v-4',
  paymentTerminal: 'M7 3h10v18H7zM9 6h6v4H9zM9 13h.01M12 13h.01M15 13h.01M9 16h.01M12 16h.01M15 16h.01',
  camera: 'M3 7h4l2-3h6l2 3h4v12H3zM12 16a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  licencePrinter: 'M3 6h18v9H3zM6 9h4v3H6zM12 9h6M12 12h6M7 15v4h10v-4',
  documentPrinter: 'M6 9V3h12v6M3 9h18v8H3zM7 14h10v7H7zM18 12h.01',
  documentScanner: 'M3 15h18v5H3zM4 12l14-7M6 17.5h.01M10 17.5h8',
  touchScreen: 'M4 4h16v11H4zM9 20h6M12 15v5M11 9l4 1.5-1.8.7-.7 1.8z',
  cabinetIo: 'M5 3h14v18H5zM12 3v18M9.5 12h.01M14.5 12h.01M5 7h14',
  documentLocker: 'M4 4h16v16H4zM4 9.3h16M4 14.6h16M16 6.6v.01M16 12v.01M16 17.3v.01',
};
const OTHER = 'M5 5h14v14H5zM9 9h6v6H9z';

/** The drawing of a kind of device. */
export function ModuleIcon(props: { readonly module: string }): JSX.Element {
  const drawing = Object.hasOwn(DRAWINGS, props.module) ? DRAWINGS[props.module] : OTHER;
  return (
    <svg
      className="module-icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={drawing} />
    </svg>
  );
}
