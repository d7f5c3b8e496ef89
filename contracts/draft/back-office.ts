/** Requests of the other offices, by the names of the services contract §5. */
export interface VehicleRequests {
  readonly 'vehicle.licence.lookup': { idNo: string };
  readonly 'vehicle.car.lookup': { plateType: string; plateNo: string; idNo: string };
  readonly 'vehicle.violation.list': { plateType: string; plateNo: string; engineTail: string };
  readonly 'vehicle.case.begin': {
    licenceNo?: string;
    plateType?: string;
    plateNo?: string;
    reason?: string;
    violationIds?: readonly string[];
    signature: string;
  };
  readonly 'vehicle.case.reserve': { caseRef: string };
  readonly 'vehicle.case.confirm': {
    caseRef: string;
    outcome: 'done' | 'notDone' | 'unknown';
    blankSerial: string | null;
    oldRecovered: boolean | null;
  };
  readonly 'vehicle.case.cancel': { caseRef: string; reason: string };
}

export interface HouseholdRequests {
  readonly 'household.person.check': { idNo: string; reason: 'expiry' | 'loss' | 'damage' };
  readonly 'household.photo.fetch': { photoReceiptNo: string };
  readonly 'household.case.find': { receiptNo?: string; idNo?: string };
  readonly 'household.case.begin': {
    idNo: string;
    reason: string;
    photoReceiptNo: string;
    fingers: readonly string[];
    contact: string;
    collection: string;
    signature: string;
  };
  readonly 'household.case.reserve': { caseRef: string };
  readonly 'household.case.confirm': {
    caseRef: string;
    outcome: 'done' | 'notDone' | 'unknown';
    serial: string | null;
  };
  readonly 'household.case.cancel': { caseRef: string; reason: string };
}

export interface ExitEntryLaterRequests {
  readonly 'exitEntry.person.check': { idNo: string; name: string; docKind: string; reason: string };
  readonly 'exitEntry.case.find.byReceipt': { receiptNo?: string; idNo?: string };
}
