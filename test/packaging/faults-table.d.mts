export interface FaultReport {
  readonly faults: readonly unknown[];
}
export declare function withFaultsTable(page: string, reports: readonly FaultReport[]): Promise<string>;
