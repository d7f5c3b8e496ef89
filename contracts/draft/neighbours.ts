/** Neighbouring systems and the shape of their docks (services contract §6). */
export interface QueueTicket {
  readonly ticket: string;
  readonly ahead: number;
}
export interface ELicence {
  readonly kind: string;
  readonly trust: 'issued' | 'checked' | 'self-uploaded' | 'self-made';
  readonly fileDigest: string;
}
export interface CaseNode {
  readonly node: 'applied' | 'accepted' | 'examined' | 'reviewed' | 'made' | 'delivered';
  readonly at: number;
  readonly result: string | null;
}
export interface CatalogueItem {
  /** 实施编码, 31 characters, opaque. */
  readonly itemCode: string;
  readonly version: number;
}
