/** Words of the switch. */
import { counted } from './counted.ts';

export const SWITCH = {
  intro: 'Off takes effect on live sessions within two seconds. On restores exactly what was.',
  service: 'The whole service',
  serviceOn: 'The service is on',
  serviceOff: 'The service is off',
  serviceOnText: 'Everybody who is not listed below can sign in.',
  serviceOffText: 'Nobody is signed in, and nobody can sign in.',
  turnServiceOff: 'Switch the service off…',
  turnServiceOn: 'Switch the service on…',
  turnOff: 'Switch off…',
  turnOn: 'Switch on…',
  kinds: {
    user: {
      title: 'Users that are off',
      none: 'No user is off.',
      label: 'User',
      hint: 'the part before the @',
      off: 'Live sessions end, and the account is refused until it is on again.',
    },
    machine: {
      title: 'Machines that are off',
      none: 'No machine is off.',
      label: 'Machine',
      hint: 'its id, such as WS-0142',
      off: 'Whoever sits there is signed out, and the lock refuses the machine until it is on again.',
    },
    room: {
      title: 'Rooms that are off',
      none: 'No room is off.',
      label: 'Room',
      hint: 'the part before the @',
      off: 'Everybody is put out, and nobody enters, reads or writes. Members, settings and history are kept.',
    },
    partner: {
      title: 'Partner domains that are off',
      none: 'No partner is off.',
      label: 'Domain',
      hint: 'such as partner.example.mil',
      off: 'Nothing goes there or comes from there, nor from any domain below it. Its people are put out of rooms.',
    },
    feed: {
      title: 'Feeds that are off',
      none: 'No feed is off.',
      label: 'Feed',
      hint: 'its node, or the address of whose own it is',
      off: 'Nobody publishes in it, subscribes to it or reads it. What was published is kept.',
    },
  },
  noFederation:
    'This server has no federation: nothing goes to another domain or comes from one, whatever stands here, and there is no stream to end. Whoever writes to a partner that is off is told so.',
  confirmed: (ended: number, removed: number, streams: number) => {
    const done = [
      `ended ${counted(ended, 'session', 'sessions')}`,
      ...(removed > 0 ? [`put ${counted(removed, 'occupant', 'occupants')} out of rooms`] : []),
      ...(streams > 0 ? [`ended ${counted(streams, 'stream', 'streams')} to partners`] : []),
    ];
    return `The server confirmed it: it ${done.join(', ')}.`;
  },
  revision: (revision: number) => `Revision ${revision}.`,
  readOnly: 'Operators use the switch. You see what is off.',
  askTitle: (target: string, position: string) => `Switch ${target} ${position}?`,
  askAction: (position: string) => `Switch ${position}`,
  onText: 'It is again what it was.',
} as const;
