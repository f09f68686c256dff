#!/bin/sh
# A network of its own for the tests of the package: loopback, and a wire that leads nowhere. Whatever wants to leave the
# computer goes into that wire and is counted there; nothing outside is reached, so nothing can be downloaded either.
# Run it by: unshare --net sh network.sh COMMAND ...
set -e
for all in /proc/sys/net/ipv6/conf/all/disable_ipv6 /proc/sys/net/ipv6/conf/default/disable_ipv6; do
  [ ! -e "$all" ] || echo 1 >"$all"
done
ip link set lo up
ip link add nowhere0 type veth peer name nowhere1
ip link set nowhere1 up
ip address add 192.0.2.2/24 dev nowhere0
ip link set nowhere0 up
ip route add default via 192.0.2.1
exec "$@"
