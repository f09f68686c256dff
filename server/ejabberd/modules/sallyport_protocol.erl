%% The pure part of the lock (docs/lock.md): keys, transcript, proofs and the shape of the values.
%% Nothing here knows of sessions or files, so the test vectors of src/lock run on exactly this code.
-module(sallyport_protocol).
-export([xmlns/0, random/0, machine_key/4, client_key/1, server_key/1, check_value/1, transcript/1, client_mac/2, server_mac/3,
	 decode32/1, is_kid/1, is_epoch/1]).

-define(MAX_EPOCH, 4294967295).

xmlns() -> <<"urn:sallyport:lock:1">>.

random() -> crypto:strong_rand_bytes(32).

hmac(Key, Data) -> crypto:mac(hmac, sha256, Key, Data).

%% RFC 5869 with SHA-256 for exactly one block of output, which is all the lock needs.
hkdf32(Ikm, Salt, Info) -> hmac(hmac(Salt, Ikm), [Info, 1]).

%% The machine's key K of an epoch, from the epoch's master key. The epoch is its decimal text.
machine_key(Master, Domain, Kid, Epoch) ->
    hkdf32(Master, crypto:hash(sha256, Domain), [<<"sallyport-lock-1 machine">>, 0, Kid, 0, Epoch]).

client_key(MachineKey) -> hkdf32(MachineKey, <<>>, <<"sallyport-lock-1 client">>).
server_key(MachineKey) -> hkdf32(MachineKey, <<>>, <<"sallyport-lock-1 server">>).

check_value(MachineKey) -> binary:part(hmac(MachineKey, <<"sallyport-lock-1 check">>), 0, 8).

%% LP(x): the length as four bytes, big-endian, then x.
lp(Part) -> <<(byte_size(Part)):32, Part/binary>>.

transcript(#{domain := Domain, kid := Kid, epoch := Epoch, binding := Binding, binding_data := Data,
	     client_nonce := ClientNonce, server_nonce := ServerNonce}) ->
    << <<(lp(Part))/binary>> || Part <- [<<"sallyport-lock-1">>, Domain, Kid, Epoch, Binding, Data, ClientNonce, ServerNonce] >>.

client_mac(ClientKey, Transcript) -> hmac(ClientKey, [lp(<<"client">>), Transcript]).
server_mac(ServerKey, Transcript, ClientMac) -> hmac(ServerKey, [lp(<<"server">>), Transcript, lp(ClientMac)]).

%% Strict base64 (RFC 4648 section 4, padded) of exactly 32 bytes; `error` for anything else.
decode32(Text) when is_binary(Text), byte_size(Text) =:= 44 ->
    try base64:decode(Text) of
	<<Bytes:32/binary>> -> case base64:encode(Bytes) of Text -> {ok, Bytes}; _ -> error end;
	_ -> error
    catch _:_ -> error
    end;
decode32(_) -> error.

is_kid(Text) when is_binary(Text), byte_size(Text) >= 1, byte_size(Text) =< 64 ->
    lists:all(fun(C) -> (C >= $a andalso C =< $z) orelse (C >= $A andalso C =< $Z) orelse (C >= $0 andalso C =< $9)
			    orelse lists:member(C, "._-") end, binary_to_list(Text));
is_kid(_) -> false.

%% An epoch as it is written in XML: decimal, no sign, no leading zero. The text itself is what is hashed.
is_epoch(<<First, Rest/binary>> = Text) when First >= $1, First =< $9, byte_size(Text) =< 10 ->
    lists:all(fun(C) -> C >= $0 andalso C =< $9 end, binary_to_list(Rest)) andalso binary_to_integer(Text) =< ?MAX_EPOCH;
is_epoch(_) -> false.
