/** From policy and sign-in to what histories and exports need to know. */
import { saveDirectories } from '../../client-config/configs.ts';
import type { CertificateChoice } from '../../shared/app-state.ts';
import type { Sign } from '../../shared/signing.ts';
import type { SavePlaces } from '../files/save-directory.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import type { Selection } from '../signin/driver.ts';
import type { ExportRules } from './export-desk.ts';
import type { HistoryOwner } from './history-desk.ts';

/** Whose history it is. An identity without a principal name has none: nobody could tell it from another's. */
export function historyOwner(
  domain: string,
  identity: CertificateChoice,
  selection: Selection | undefined,
  sign: Sign,
): HistoryOwner {
  const account = identity.upn === '' ? `certificate ${identity.id}` : identity.upn;
  if (selection === undefined) return { domain, account };
  return { domain, account, card: { certificate: selection.certificate, sign } };
}

/** What the policy says of exports at this moment. */
export function exportRules(
  { loaded: { settings, machine } }: PolicyHolder,
  folders: Pick<SavePlaces, 'home' | 'downloads'>,
): ExportRules {
  const { history, organization, classification, domain } = settings;
  return {
    allowed: history.export,
    places: {
      directories: saveDirectories(settings, process.platform),
      ...folders,
    },
    organisation: organization.name,
    domain,
    machine: machine.machineId,
    banner: classification.banner.text,
    catalogue: classification.labels,
  };
}
