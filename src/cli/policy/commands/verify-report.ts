/** `verify-report` on the command line: whether a report of the policy page is what an analyst's card signed. */
import { X509Certificate } from 'node:crypto';
import { verifyReport } from '../../../policy-files/index.ts';
import { CliError } from '../cli-error.ts';
import { type Common, type Register, withExamples, withJson } from '../command.ts';
import { readInput } from '../files.ts';
import { repeated } from '../options.ts';
import { type Facts, printFacts } from '../output.ts';

interface Arguments extends Common {
  readonly ca?: readonly string[];
}

function loadAuthority(path: string): X509Certificate {
  try {
    return new X509Certificate(readInput(path));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('usage', `${path} is not a certificate (PEM or DER)`);
  }
}

/** Issued by it, and its signature holds; dates are shown, not judged: a report outlives a card. */
function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function judge(file: string, authorities: readonly string[]): Facts {
  const verdict = verifyReport(readInput(file));
  if (verdict.kind === 'invalid') throw new CliError('refused', `${file}: ${verdict.reason}`);
  if (verdict.kind === 'unsigned') {
    throw new CliError('refused', `${file} is not signed: anybody may have written it`);
  }
  const { certificate, text } = verdict;
  const issuer = authorities.map(loadAuthority).find((authority) => isIssuedBy(certificate, authority));
  if (authorities.length > 0 && issuer === undefined) {
    throw new CliError('refused', `${file}: none of the authorities issued the signer's certificate`);
  }
  const header = text.split('\n\n', 1)[0] ?? '';
  return {
    signed: true,
    signer: certificate.subject.replaceAll('\n', ', '),
    issuer: certificate.issuer.replaceAll('\n', ', '),
    issuerChecked: issuer !== undefined,
    certificateValid: `${certificate.validFrom} to ${certificate.validTo}`,
    report: header.split('\n').slice(1),
  };
}

export const addVerifyReport: Register = (parent, { terminal }) => {
  withExamples(
    withJson(
      parent
        .command('verify-report <file>')
        .summary('check a report that an analyst exported from the policy page')
        .description(
          "Checks that a report of the client's policy page was signed with the card whose certificate is in it, and was not changed since. With --ca also who issued that card.",
        )
        .option('--ca <file>', 'an authority that issues cards, PEM or DER; may be repeated', repeated),
    ),
    'verify-report sallyport-policy-WS-0142-2027-01-01.txt --ca id-ca-70.pem',
  ).action((file: string, args: Arguments) => {
    printFacts(terminal, args.json === true, judge(file, args.ca ?? []));
  });
};
