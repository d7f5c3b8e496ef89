/** Every bound and delay of this driver. Times in milliseconds of monotonic time. */
export const chipLimits = {
  /** One message of the carrier: a short APDU answers at most 256 bytes and a status word, an ATR has at most 33; the
   *  protected signature of an RSA key of 4,096 bits, in extended length, has 550. */
  messageBytes: 600,
  /** Plain bytes asked for by one READ BINARY. With DO87, DO99 and DO8E a protected answer of 223 bytes is 242 long
   *  (224 bytes of cryptogram with either block size) and fits the 256 of a short APDU; 224 would need one more block. */
  readBytes: 223,
  /** One file. READ BINARY reaches offset 32,767 (ISO/IEC 7816-4 §11.2.3); faces in DG2 are 15–20 KB. */
  fileBytes: 32_767,
  /** EF.CardAccess: a few dozen bytes for each way to run PACE. It is parsed before anything is authenticated. */
  cardAccessBytes: 1_024,
  objectsPerList: 32,
  /** As the port's schema has them. */
  fullNameCharacters: 200,
  personalNumberCharacters: 60,
  /** Largest file of trust anchors: the master list of all issuing states is under 2 MB as text. */
  trustAnchorsBytes: 8_000_000,
  /** Longest RSA signature of active authentication that is asked for: 4,096 bits. */
  signatureBytes: 512,
  /** Longest wait for one answer. A chip may ask the reader for more time (frame waiting time ≤ 5 s, ISO/IEC 14443-4
   *  §7.2); a reader that needs longer hangs. */
  replyMs: 5_000,
  /** Longest wait for the reader's own answers (identity, ATR): it has them at hand. */
  readerMs: 1_000,
  /** Longest wait for a connection to the reader. */
  openMs: 3_000,
  /** Between two looks while waiting for a chip. */
  pollMs: 200,
  /** Cold resets before a chip counts as mute (fault matrix F09). */
  coldResets: 2,
  /** Field off time of a cold reset: a chip must see no field for at least 5 ms (ISO/IEC 14443-3 §5); we give ten times that. */
  fieldOffMs: 50,
} as const;
