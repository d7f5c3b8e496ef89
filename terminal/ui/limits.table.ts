/** Every bound and delay of the citizen's page, with its reason. Milliseconds, pixels and characters. */
export const PAGE_LIMITS = {
  /** Core restarts within a second; asking twice as often brings the page back unnoticed. */
  retryMs: 500,
  /** Loopback answers in microseconds; longer means that the process is stopped, not slow. */
  connectMs: 5_000,
  /** Two missed pings (one each 5 s): the process behind is gone even when its socket is not. */
  silentMs: 12_000,
  beatMs: 1_000,
  /** After a change of view a finger that was already on its way must not meet the new screen (screens design A1). */
  deafMs: 300,
  /** A wish that brought no new view was dropped; after this the citizen may ask again. */
  answerMs: 3_000,
  /** Pointers whose verdict is remembered until their click. */
  pointers: 16,
  /** What no hand does (faults F64). A finger taps up to 8 times a second; two hands that slap the glass with every finger
   *  four times a second make 40 presses. */
  touchPressesPerSec: 40,
  /** Two hands have ten fingers. */
  touchPointers: 10,
  /** Places further apart than a spread hand covers (a quarter of the diagonal: 14 cm on the smallest screen, 21.5 inches),
   *  pressed within a moment in which no hand gets from one to another: two hands reach four, each with its thumb and its
   *  little finger. */
  touchPlaces: 4,
  touchApartShare: 0.25,
  touchMomentMs: 150,
  /** Nobody keeps a finger on one place this long; a palm rests for seconds, somebody who leans there for half a minute.
   *  One place: a finger that trembles or rolls stays within this share of the diagonal (11 px). */
  touchHeldMs: 120_000,
  touchStillShare: 0.005,
  /** A screen that acted by itself is believed again after it was quiet this long: ghosts come in bursts with seconds between. */
  touchQuietMs: 5_000,
  /** How often time alone is judged: a press that is too long, a screen that is quiet. */
  touchLookMs: 500,
  /** Core is told again this often while it goes on; when it does not answer, so many times so far apart: it restarts
   *  within seconds. */
  touchTellMs: 60_000,
  touchTries: 4,
  touchAgainMs: 5_000,
  /** How often time left and time gone are drawn anew. */
  tickMs: 250,
  /** How often the camera's picture is measured: a person who moves is seen within half a second. */
  sampleEveryMs: 250,
  /** Samples that must agree before a camera is believed or a picture is sent: two seconds to come into the oval. */
  settleSamples: 8,
  /** The picture is measured small: enough for light and change, little work for a kiosk's processor. */
  sampleHeightPx: 120,
  /** Below this mean light (0..255) nothing can be seen; the citizen is asked for light below the second. */
  blackLuminance: 12,
  darkLuminance: 50,
  brightLuminance: 235,
  /** Below this variance the picture is of one colour: a covered lens, or a wrong format that comes out plain green. */
  flatVariance: 60,
  /** A camera that cannot be used is reported again so often, in case the report was dropped. */
  cameraReportMs: 3_000,
  /** First and lowest quality of the JPEG; lowered until the picture is within the contract's bound. */
  jpegQuality: 0.86,
  jpegQualityStep: 0.2,
  pictureWidthPx: 640,
  pictureHeightPx: 480,
  /** What the camera is asked for when a picture for a document is cut from the middle: 720 × 960 of it in proportion 3:4,
   *  above the largest profile (480 × 640). */
  photoVideoWidthPx: 1280,
  photoVideoHeightPx: 960,
  /** The contract's bound for a picture (contracts/ui/intent.ts). */
  pictureBase64Chars: 400_000,
  /** A camera that delivers nothing for so long is told as missing. */
  cameraStartMs: 8_000,
  /** The contract's bounds for a signature (contracts/ui/intent.ts): strokes, points of one, milliseconds. */
  signatureStrokes: 100,
  strokePoints: 1_000,
  signatureMs: 600_000,
  /** All points together: what a message to the session may carry (its `pageMessageBytes`) with room to spare. */
  signaturePoints: 10_000,
  /** Points nearer to the last one than this (thousandths of the field) add nothing that is seen. */
  pointStep: 3,
  /** What is signed, when it is longer than this (in halves of a Chinese character's width), is read on a page of its own:
   *  it does not fit beside the field in large print. */
  signedWidth: 110,
  /** Longest piece of running text that is kept in one block, so that large print can turn the page between blocks; in
   *  halves of a Chinese character's width: six lines of the largest print. */
  blockWidth: 200,
} as const;
