#!/bin/bash
# Computes vectors.json with OpenSSL's command line alone, so that no implementation of the lock checks itself.
# Usage: make-vectors.sh > vectors.json      (needs bash and openssl 3; takes no input)
set -eu

hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }
# LP(x) of docs/lock.md: four bytes of length, then x; argument and result are hexadecimal.
lp() { printf '%08x%s' $((${#1} / 2)) "$1"; }
unhex() { printf "$(printf '%s' "$1" | sed 's/../\\x&/g')"; }
sha256() { unhex "$1" | openssl dgst -sha256 -r | cut -d' ' -f1; }
hmac() { unhex "$2" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -r | cut -d' ' -f1; }
# hkdf key info [salt]; without a salt RFC 5869 2.2 takes zeros, which is what an empty salt means too.
hkdf() {
  openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt "hexkey:$1" -kdfopt "hexinfo:$2" \
    ${3:+-kdfopt "hexsalt:$3"} HKDF | tr -d ':\n' | tr A-F a-f
}
repeat() { i=0; while [ "$i" -lt "$2" ]; do printf '%s' "$1"; i=$((i + 1)); done; }

# vector domain kid epoch master cb cbData clientNonce serverNonce
vector() {
  K=$(hkdf "$4" "$(hex 'sallyport-lock-1 machine')00$(hex "$2")00$(hex "$3")" "$(sha256 "$(hex "$1")")")
  Kc=$(hkdf "$K" "$(hex 'sallyport-lock-1 client')")
  Ks=$(hkdf "$K" "$(hex 'sallyport-lock-1 server')")
  check=$(hmac "$K" "$(hex 'sallyport-lock-1 check')" | cut -c1-16)
  T="$(lp "$(hex sallyport-lock-1)")$(lp "$(hex "$1")")$(lp "$(hex "$2")")$(lp "$(hex "$3")")"
  T="$T$(lp "$(hex "$5")")$(lp "$6")$(lp "$7")$(lp "$8")"
  cm=$(hmac "$Kc" "$(lp "$(hex client)")$T")
  sm=$(hmac "$Ks" "$(lp "$(hex server)")$T$(lp "$cm")")
  printf '    {\n      "domain": "%s",\n      "kid": "%s",\n      "epoch": %s,\n' "$1" "$2" "$3"
  printf '      "masterKey": "%s",\n      "binding": "%s",\n      "bindingData": "%s",\n' "$4" "$5" "$6"
  printf '      "clientNonce": "%s",\n      "serverNonce": "%s",\n' "$7" "$8"
  printf '      "machineKey": "%s",\n      "clientKey": "%s",\n      "serverKey": "%s",\n' "$K" "$Kc" "$Ks"
  printf '      "check": "%s",\n      "transcript": "%s",\n' "$check" "$T"
  printf '      "clientMac": "%s",\n      "serverMac": "%s"\n    }' "$cm" "$sm"
}

M0=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
M1=$(repeat ff 32)
M2=$(sha256 "$(hex 'a master key of the vectors')")
N1=$(sha256 "$(hex 'a client nonce')")
N2=$(sha256 "$(hex 'a server nonce')")
LONG_KID=$(repeat W 64)
LONG_DOMAIN="$(repeat a 63).$(repeat b 63).$(repeat c 63).$(repeat d 57).mil"

printf '{\n  "comment": "Made by make-vectors.sh with the openssl command line; byte strings are hexadecimal.",\n'
printf '  "vectors": [\n'
vector chat.example.mil WS-0142 3 "$M0" tls-exporter "$(repeat aa 32)" "$(repeat 01 32)" "$(repeat 02 32)"
printf ',\n'
vector chat.example.mil WS-0142 4 "$M0" tls-exporter "$(repeat aa 32)" "$(repeat 01 32)" "$(repeat 02 32)"
printf ',\n'
vector chat.example.mil ws-0142 3 "$M1" tls-exporter "$(repeat 00 32)" "$N1" "$N2"
printf ',\n'
vector a x 1 "$M2" tls-server-end-point "$N2" "$N2" "$N1"
printf ',\n'
vector a x 10 "$(repeat 00 32)" tls-server-end-point "$(repeat 5a 48)" "$(repeat 00 32)" "$(repeat ff 32)"
printf ',\n'
vector "$LONG_DOMAIN" "$LONG_KID" 4294967295 "$M2" tls-server-end-point "$N1$N2" "$N1" "$N2"
printf '\n  ]\n}\n'
