import { useEffect, useState } from 'react';

const TICK_MS = 500;

/** Milliseconds that are left now of what was left when the state came. */
export function useLeft(leftMs: number, sinceMs: number): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(performance.now());
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return Math.max(0, leftMs - Math.max(0, now - sinceMs));
}

/** `9:05` */
export function minutes(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
