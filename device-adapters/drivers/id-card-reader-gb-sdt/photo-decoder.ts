import { err, type Result } from '@yimen/contracts/base';

export type PhotoFault = { readonly code: 'DECODER_NOT_INSTALLED' } | { readonly code: 'PHOTO_NOT_DECODED' };

/** Makes a picture of a card's photo (WLT). The format is proprietary and its decoder bound to a licence: whoever has
 *  one puts the vendor's library behind this port. */
export interface PhotoDecoder {
  readonly state: 'installed' | 'not-installed';
  /** @param wlt 1,024 bytes, the driver's own: they are overwritten when the answer has come, or came too late.
   *  @returns the picture as a whole BMP or JPEG file. Never rejects: the library's errors are turned here.
   *  @fault DECODER_NOT_INSTALLED; PHOTO_NOT_DECODED the library refused these bytes. */
  decode(wlt: Uint8Array): Promise<Result<Uint8Array, PhotoFault>>;
}

/** No decoder: the photo is present and cannot be shown. */
export const NO_PHOTO_DECODER: PhotoDecoder = {
  state: 'not-installed',
  decode: () => Promise.resolve(err({ code: 'DECODER_NOT_INSTALLED' })),
};
