/**
 * XEP-0163 Personal Eventing Protocol, version 1.2.2: positions (XEP-0080) and activities (XEP-0108) of contacts and of this user,
 * each where the policy has it. The guard lets events in from the own account and from contacts whose presence is seen.
 */
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Activity, Position } from '../../shared/presence-extras.ts';
import { Emitter } from '../emitter.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import type { Address } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { buildSubmit } from '../xep-0004-data-forms/forms.ts';
import { buildGeoloc, readGeoloc } from '../xep-0080-geoloc/geoloc.ts';
import { buildActivity, readActivity } from '../xep-0108-activity/activity.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';

export interface PersonalEventsEvents {
  /** `undefined`: it is told no more. */
  position: readonly [from: BareJid, position: Position | undefined];
  activity: readonly [from: BareJid, activity: Activity | undefined];
  /** A new session: nothing is known until the server tells. */
  reset: readonly [];
}

/** The one item of such a node (XEP-0060 12.20). */
const CURRENT = 'current';

export class PersonalEvents implements Extension {
  readonly events = new Emitter<PersonalEventsEvents>();
  /** XEP-0163 4.3.2: what this client wants to hear of. */
  readonly features: readonly string[];
  readonly #host: ExtensionHost;

  constructor(host: ExtensionHost) {
    this.#host = host;
    const { location, activity } = host.guard.policy;
    this.features = [
      ...(location ? [`${NS.geoloc}+notify`] : []),
      ...(activity ? [`${NS.activity}+notify`] : []),
    ];
  }

  onNewSession(): void {
    this.events.emit('reset');
  }

  onMessage(stanza: Element, sender: Address | undefined): boolean {
    const event = childOf(stanza, 'event', NS.pubsubEvent);
    const items = event === undefined ? undefined : childOf(event, 'items', NS.pubsubEvent);
    const node = items?.attrs.node;
    if (items === undefined || (node !== NS.geoloc && node !== NS.activity)) return false;
    const from = (sender?.bare ?? this.#host.account) as BareJid;
    const payload = elementsOf(items)
      .filter((item) => item.is('item', NS.pubsubEvent))
      .flatMap(elementsOf)
      .at(-1);
    // A retraction has no payload, and takes back what was told.
    if (node === NS.geoloc) {
      this.events.emit('position', from, payload && readGeoloc(payload, Date.now()));
    } else this.events.emit('activity', from, payload && readActivity(payload));
    return true;
  }

  /**
   * Tells the contacts where this user is; `undefined`: no more. Rejects with FEATURE_OFF where the policy does not have it,
   * MESSAGE_REFUSED, STREAM_TIMEOUT or NOT_CONNECTED.
   */
  async tellPosition(position: Position | undefined): Promise<void> {
    if (!this.#host.guard.policy.location) throw new AppError('FEATURE_OFF');
    await this.#publish(NS.geoloc, buildGeoloc(position));
    this.events.emit('position', this.#host.account, position);
  }

  /** As {@link tellPosition}, what this user does. */
  async tellActivity(activity: Activity | undefined): Promise<void> {
    if (!this.#host.guard.policy.activity) throw new AppError('FEATURE_OFF');
    await this.#publish(NS.activity, buildActivity(activity));
    this.events.emit('activity', this.#host.account, activity);
  }

  /** With the condition that only those may read it who see this user's presence (XEP-0060 4.5). */
  async #publish(node: string, payload: Element): Promise<void> {
    const options = buildSubmit([
      { name: 'FORM_TYPE', values: [`${NS.pubsub}#publish-options`] },
      { name: 'pubsub#access_model', values: ['presence'] },
    ]);
    const pubsub = xml(
      'pubsub',
      { xmlns: NS.pubsub },
      xml('publish', { node }, xml('item', { id: CURRENT }, payload)),
      xml('publish-options', {}, options),
    );
    await this.#host.requests.send('set', pubsub);
  }
}
