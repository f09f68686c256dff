/** What is said in `parts`. */
export const PARTS_TEXT = {
  classificationUnknownNoValidPolicy: 'Classification unknown: no valid policy',
  issuerUntil: (issuer: string | number) => `${issuer} · until`,
  close: 'Close',
  notForOperationalUse: (version: string | number) => `${version}: not for operational use`,
  build: 'Build',
  testBuild: 'TEST BUILD',
  sallyport: 'Sallyport',
} as const;
