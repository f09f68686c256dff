/**
 * Entry of the token process: Electron's utilityProcess (messages arrive at `process.parentPort` as `{ data, ports }`) or
 * a process that Node forked (`process.on('message')`). It talks to nobody but its supervisor and the ports that come
 * from there, and ends when the supervisor is gone.
 */
import { keepHeapSmall } from '../platform/heap.ts';
import { lockNoMemory } from '../platform/locked-memory.ts';
import { keepMemoryPrivate } from '../platform/private-memory.ts';
import { toErrorReport } from '../shared/errors.ts';
import { LOOK_MS } from './operation-queue.ts';
import { servePinPort, serveSignPort, wrapPort } from './ports.ts';
import {
  isTokenCommand,
  requestId,
  type TokenAnswer,
  type TokenCommand,
  type TokenMessage,
} from './protocol.ts';
import { TokenService } from './token-service.ts';

interface Supervisor {
  send(message: TokenMessage): void;
  onMessage(listener: (message: unknown, ports: readonly unknown[]) => void): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown; ports: readonly unknown[] }) => void): void;
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}

function findSupervisor(): Supervisor {
  const parentPort: unknown = Reflect.get(process, 'parentPort');
  if (isParentPort(parentPort)) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data, ports }) => listener(data, ports)),
    };
  }
  if (process.send === undefined) throw new Error('the token process is started by a supervisor');
  process.on('disconnect', () => process.exit(0));
  return {
    send: (message) => {
      // A supervisor that is gone has no use for it; `disconnect` ends this process.
      if (process.connected) process.send?.(message, undefined, {}, () => undefined);
    },
    onMessage: (listener) => process.on('message', (message) => listener(message, [])),
  };
}

/** Carries out commands of the supervisor. */
class CommandHandler {
  readonly #supervisor: Supervisor;
  #service: TokenService | undefined;

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
  }

  isStuck(): boolean {
    return this.#service?.isStuck() ?? false;
  }

  handle(message: unknown, ports: readonly unknown[]): void {
    if (!isTokenCommand(message)) {
      const id = requestId(message);
      if (id !== undefined) this.#answer(id, { kind: 'error', error: { code: 'IPC_REFUSED' } });
      return;
    }
    if (message.kind === 'start') this.#start(message);
    else if (message.kind === 'attach-pin-port' || message.kind === 'attach-sign-port') {
      this.#attach(message.kind, ports);
    } else {
      void this.#carryOut(message).then(
        (answer) => this.#answer(message.id, answer),
        (error: unknown) => this.#answer(message.id, { kind: 'error', error: toErrorReport(error) }),
      );
    }
  }

  #answer(id: number, answer: TokenAnswer): void {
    this.#supervisor.send({ kind: 'answer', id, answer });
  }

  #start(command: Extract<TokenCommand, { kind: 'start' }>): void {
    if (this.#service !== undefined) return;
    const { config, selected } = command;
    this.#service = new TokenService({
      config,
      ...(selected === undefined ? {} : { selected }),
      onStatus: (status) => this.#supervisor.send({ kind: 'status', status }),
      onLogin: (certificateId) => this.#supervisor.send({ kind: 'logged-in', certificateId }),
      onPinRefused: (certificateId) => this.#supervisor.send({ kind: 'pin-refused', certificateId }),
      onSignature: (certificateId) => this.#supervisor.send({ kind: 'signed', certificateId }),
    });
    this.#service.start();
  }

  #attach(kind: 'attach-pin-port' | 'attach-sign-port', ports: readonly unknown[]): void {
    const port = wrapPort(ports[0]);
    if (port === undefined || this.#service === undefined) return;
    if (kind === 'attach-pin-port') servePinPort(port, this.#service);
    else serveSignPort(port, this.#service);
  }

  async #carryOut(command: Extract<TokenCommand, { id: number }>): Promise<TokenAnswer> {
    const service = this.#service;
    if (service === undefined) return { kind: 'error', error: { code: 'IPC_REFUSED' } };
    switch (command.kind) {
      case 'select':
        return { kind: 'selected', selected: service.select(command.certificateId) };
      case 'login': {
        const { request } = command;
        return { kind: 'login', reply: await service.login(request.kind === 'login' ? request.pin : null) };
      }
      case 'sign':
        return { kind: 'signature', signature: await service.sign(command.request) };
      case 'logout':
        await service.logout();
        return { kind: 'done' };
    }
  }
}

keepMemoryPrivate();
lockNoMemory();
keepHeapSmall();
const supervisor = findSupervisor();
const handler = new CommandHandler(supervisor);
supervisor.onMessage((message, ports) => handler.handle(message, ports));
setInterval(() => supervisor.send({ kind: 'alive', stuck: handler.isStuck() }), LOOK_MS);
supervisor.send({ kind: 'alive', stuck: false });
