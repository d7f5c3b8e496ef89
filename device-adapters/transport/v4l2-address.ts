import { err, ok, type Result } from '@yimen/contracts/base';

/** A camera: its node, or the USB port that it hangs on. */
export type V4l2Address =
  | { readonly by: 'node'; readonly path: string }
  | { readonly by: 'port'; readonly port: string };

const V4L2_FORM = 'v4l2:/dev/NODE or v4l2:usb-BUS-PORT';

/** Reads `v4l2:/dev/video0`, `v4l2:/dev/v4l/by-id/NAME` or `v4l2:usb-1-3.2` (the port's name in sysfs with `usb-`
 *  before it): a port stays the same, a node's number is whoever came first.
 *  @returns the error is the sentence that says what was expected. */
export function parseV4l2Address(text: string): Result<V4l2Address, string> {
  const [, port] = /^v4l2:usb-(\d{1,3}-\d{1,3}(?:\.\d{1,3}){0,6})$/.exec(text) ?? [];
  if (port !== undefined) return ok({ by: 'port', port });
  const [, path] = /^v4l2:(\/dev\/[A-Za-z0-9._:/+-]{1,180})$/.exec(text) ?? [];
  if (path === undefined || path.split('/').includes('..'))
    return err(`expected ${V4L2_FORM} (v4l2:/dev/video0, v4l2:usb-1-3), not "${text.slice(0, 60)}"`);
  return ok({ by: 'node', path });
}
