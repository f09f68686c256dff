/** Before the first test file: of two files at a time both would make the account, on a machine that has none. */
import { ordinaryUser } from '../../build/lib/ordinary-user.ts';

export default function setup(): void {
  ordinaryUser();
}
