/**
 * Group Policy: an ADMX file with its English ADML, which let an administrator say where the signed bundle, the machine
 * files and the enrolment files lie, and the start-up script that puts them where the client reads them. The values are
 * paths; what the client obeys is signed, so whoever can change these values can withhold a policy, not make one.
 */
import { CliError } from '../cli-error.ts';
import { xml } from './xml.ts';

const ID = /^[A-Za-z0-9_]+$/;
const KEY = 'Software\\Policies\\Sallyport';
const MAX_PATH = 260;

/** A path that the Group Policy editor asks for. */
export interface PathPolicy {
  /** The policy's and the registry value's name. */
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** What the editor offers first. */
  readonly value: string;
}

export interface Sources {
  readonly bundle: string;
  readonly machines: string;
  readonly enrolments: string;
  /** Absent: people are told of newer versions in another way, or not at all. */
  readonly updates?: string;
}

/** A Windows path without what a script or the editor would expand, except the name of the computer. */
function requirePath(option: string, path: string): string {
  const plain = path.replaceAll('%COMPUTERNAME%', '');
  if (path.length <= MAX_PATH && /^(?:\\\\|[A-Za-z]:\\)[^\p{Cc}"*?<>|%`]+$/u.test(plain)) return path;
  throw new CliError(
    'usage',
    `${option}: a UNC path or a path with a drive letter; %COMPUTERNAME% may be part of it`,
  );
}

/** The paths; %COMPUTERNAME% stands for the computer's name. */
export function pathPolicies({ bundle, machines, enrolments, updates }: Sources): readonly PathPolicy[] {
  return [
    {
      id: 'BundleSource',
      title: 'Signed policy bundle',
      help: 'The file policy.bundle that sallyport-policy signed. At each start the computer takes a copy.',
      value: requirePath('--bundle-source', bundle),
    },
    {
      id: 'MachineSource',
      title: 'Machine file',
      help: 'The machine.json of the computer. %COMPUTERNAME% stands for the name of the computer.',
      value: requirePath('--machine-source', machines),
    },
    {
      id: 'EnrolmentSource',
      title: 'Enrolment file',
      help:
        'The file that "sallyport-policy lock enroll" made for the computer, a secret: let only that computer read it. ' +
        'It is copied once; the client takes the key into the keychain and destroys the copy.',
      value: requirePath('--enrolment-source', enrolments),
    },
    ...(updates === undefined
      ? []
      : [
          {
            id: 'UpdateSource',
            title: 'Update manifest',
            help:
              'The file update.manifest that "sallyport-policy update sign" made: people are told of a newer version. ' +
              'When the file is taken away, so is the copy.',
            value: requirePath('--update-source', updates),
          },
        ]),
  ];
}

function requireIds(policies: readonly PathPolicy[]): void {
  const wrong = policies.find(({ id }) => !ID.test(id));
  if (wrong !== undefined)
    throw new CliError('usage', `${JSON.stringify(wrong.id)} is no id of an ADMX file`);
}

const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';
const ATTRIBUTES =
  'xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0"';

/** The ADMX file: ids match `[A-Za-z0-9_]+`. */
export function admx(policies: readonly PathPolicy[]): string {
  requireIds(policies);
  const entries = policies.map(
    ({
      id,
    }) => `    <policy name="${id}" class="Machine" displayName="$(string.${id})" explainText="$(string.${id}_Help)" presentation="$(presentation.${id})" key="${xml(KEY)}">
      <parentCategory ref="Sallyport" />
      <supportedOn ref="Sallyport_0_1" />
      <elements>
        <text id="${id}" valueName="${id}" required="true" maxLength="${MAX_PATH}" />
      </elements>
    </policy>
`,
  );
  return `${HEAD}<policyDefinitions ${ATTRIBUTES}>
  <policyNamespaces>
    <target prefix="sallyport" namespace="Sallyport.Policies" />
  </policyNamespaces>
  <resources minRequiredRevision="1.0" />
  <supportedOn>
    <definitions>
      <definition name="Sallyport_0_1" displayName="$(string.Sallyport_0_1)" />
    </definitions>
  </supportedOn>
  <categories>
    <category name="Sallyport" displayName="$(string.Sallyport)" />
  </categories>
  <policies>
${entries.join('')}  </policies>
</policyDefinitions>
`;
}

/** The English texts of the ADMX file. */
export function adml(policies: readonly PathPolicy[]): string {
  requireIds(policies);
  const strings = policies.map(
    ({ id, title, help }) =>
      `      <string id="${id}">${xml(title)}</string>\n      <string id="${id}_Help">${xml(help)}</string>\n`,
  );
  const presentations = policies.map(
    ({ id, title, value }) => `      <presentation id="${id}">
        <textBox refId="${id}">
          <label>${xml(title)}</label>
          <defaultValue>${xml(value)}</defaultValue>
        </textBox>
      </presentation>
`,
  );
  return `${HEAD}<policyDefinitionResources ${ATTRIBUTES}>
  <displayName>Sallyport</displayName>
  <description>Where the computers find the signed policy of Sallyport.</description>
  <resources>
    <stringTable>
      <string id="Sallyport">Sallyport</string>
      <string id="Sallyport_0_1">Sallyport 0.1 and later</string>
${strings.join('')}    </stringTable>
    <presentationTable>
${presentations.join('')}    </presentationTable>
  </resources>
</policyDefinitionResources>
`;
}

/** The start-up script (PowerShell 5, as SYSTEM) that obeys these values. */
export const START_UP_SCRIPT =
  `# Puts Sallyport's signed policy where the client reads it. A computer start-up script: it runs as SYSTEM.
# The paths come from the Group Policy of sallyport.admx. Nobody but administrators may write to the directory.
$ErrorActionPreference = 'Stop'
$target = 'C:\\ProgramData\\Sallyport'
$wanted = Get-ItemProperty -LiteralPath 'HKLM:\\Software\\Policies\\Sallyport'

if (-not (Test-Path -LiteralPath $target)) { New-Item -ItemType Directory -Path $target | Out-Null }
& "$env:SystemRoot\\System32\\icacls.exe" $target /setowner '*S-1-5-32-544' /Q | Out-Null
& "$env:SystemRoot\\System32\\icacls.exe" $target /inheritance:r /grant:r '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-545:(OI)(CI)RX' /Q | Out-Null
if ($LASTEXITCODE -ne 0) { throw 'the access list could not be set' }

function Copy-Policy([string] $source, [string] $name) {
  if ([string]::IsNullOrEmpty($source)) { return $false }
  $source = $source.Replace('%COMPUTERNAME%', $env:COMPUTERNAME)
  if (-not (Test-Path -LiteralPath $source -PathType Leaf)) { return $false }
  $new = Join-Path $target ($name + '.new')
  Copy-Item -LiteralPath $source -Destination $new -Force
  Move-Item -LiteralPath $new -Destination (Join-Path $target $name) -Force
  return $true
}

$null = Copy-Policy $wanted.MachineSource 'machine.json'
$null = Copy-Policy $wanted.BundleSource 'policy.bundle'

# A manifest that is no longer offered is withdrawn.
if (-not (Copy-Policy $wanted.UpdateSource 'update.manifest')) {
  Remove-Item -LiteralPath (Join-Path $target 'update.manifest') -Force -ErrorAction SilentlyContinue
}

# Once for each enrolment: the client destroys the file as soon as its key is in the keychain.
if (-not [string]::IsNullOrEmpty($wanted.EnrolmentSource)) {
  $source = $wanted.EnrolmentSource.Replace('%COMPUTERNAME%', $env:COMPUTERNAME)
  if (Test-Path -LiteralPath $source -PathType Leaf) {
    $hash = (Get-FileHash -LiteralPath $source -Algorithm SHA256).Hash
    $record = 'HKLM:\\Software\\Sallyport'
    if (-not (Test-Path -LiteralPath $record)) { New-Item -Path $record -Force | Out-Null }
    $last = (Get-ItemProperty -LiteralPath $record).LastEnrolment
    if ($last -ne $hash -and (Copy-Policy $source 'enrolment.json')) {
      Set-ItemProperty -LiteralPath $record -Name 'LastEnrolment' -Value $hash
    }
  }
}
`.replaceAll('\n', '\r\n');
