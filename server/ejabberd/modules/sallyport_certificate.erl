%% What identifies a certificate beside its names: the issuer's name as it stands there with the serial number, and the subject
%% key identifier. OTP writes names anew when it is asked for their DER; here they are taken as they stand, so that two ways to
%% write a name are two issuers.
-module(sallyport_certificate).
-export([read/1]).

-include_lib("public_key/include/public_key.hrl").

-define(SEQUENCE, 16#30).
-define(INTEGER, 16#02).
-define(VERSION, 16#a0).
-define(MAX_BYTES, 16384).
%% Octets, RFC 5280 4.1.2.2.
-define(MAX_SERIAL, 20).
%% Octets: shorter key identifiers are too few to stand for a key.
-define(MIN_KEY_ID, 20).
-define(MAX_KEY_ID, 64).

%% {ok, #{issuer_serial => Text | none, key_ids => [Text], several => boolean()}}: base64 of the SHA-256 over the issuer's
%% name, ":", and the serial number; the identifiers that are long enough; both in lower-case hex. `error` for what cannot be
%% read to its end.
read(Der) when byte_size(Der) =< ?MAX_BYTES ->
    try
	{Issuer, Serial} = issuer_and_serial(Der),
	Ids = key_ids(Der),
	Number = serial_text(Serial),
	IssuerSerial = case Number of
			   none -> none;
			   _ -> <<(base64:encode(crypto:hash(sha256, Issuer)))/binary, ":", Number/binary>>
		       end,
	Long = [hex(Id) || Id <- Ids, byte_size(Id) >= ?MIN_KEY_ID, byte_size(Id) =< ?MAX_KEY_ID],
	{ok, #{issuer_serial => IssuerSerial, key_ids => Long, several => length(Ids) > 1}}
    catch error:_ -> error
    end;
read(_) -> error.

issuer_and_serial(Der) ->
    {?SEQUENCE, _, Certificate, <<>>} = element_of(Der),
    {?SEQUENCE, _, Tbs, _} = element_of(Certificate),
    Fields = case element_of(Tbs) of
		 {?VERSION, _, _, Rest} -> Rest;
		 _ -> Tbs
	     end,
    {?INTEGER, _, Serial, AfterSerial} = element_of(Fields),
    {?SEQUENCE, _, _, AfterAlgorithm} = element_of(AfterSerial),
    {?SEQUENCE, Issuer, _, _} = element_of(AfterAlgorithm),
    {Issuer, Serial}.

%% Tag, the element as it stands, its contents, and what comes behind it; lengths are definite and minimal (X.690 10.1).
element_of(<<Tag, Length, Value:Length/binary, Rest/binary>> = All) when Length < 16#80 -> element(Tag, All, Value, Rest);
element_of(<<Tag, 16#81, Length, Value:Length/binary, Rest/binary>> = All) when Length >= 16#80 -> element(Tag, All, Value, Rest);
element_of(<<Tag, 16#82, Length:16, Value:Length/binary, Rest/binary>> = All) when Length >= 16#100 -> element(Tag, All, Value, Rest).

element(Tag, All, Value, Rest) -> {Tag, binary:part(All, 0, byte_size(All) - byte_size(Rest)), Value, Rest}.

key_ids(Der) ->
    #'Certificate'{tbsCertificate = #'TBSCertificate'{extensions = Extensions}} = public_key:pkix_decode_cert(Der, plain),
    Values = [Value || #'Extension'{extnID = ?'id-ce-subjectKeyIdentifier', extnValue = Value}
			   <- case is_list(Extensions) of true -> Extensions; false -> [] end],
    [begin {16#04, _, Id, <<>>} = element_of(Value), Id end || Value <- Values].

%% Lower-case hex of whole octets, none of them zero in front; none for a number that is not positive or too large.
serial_text(<<0, Rest/binary>>) when Rest =/= <<>> -> serial_digits(Rest);
serial_text(<<0:1, _:7, _/binary>> = Octets) -> serial_digits(Octets);
serial_text(_) -> none.

serial_digits(<<0, Rest/binary>>) -> serial_digits(Rest);
serial_digits(<<>>) -> none;
serial_digits(Octets) when byte_size(Octets) =< ?MAX_SERIAL -> hex(Octets);
serial_digits(_) -> none.

hex(Octets) -> << <<(digit(Nibble))>> || <<Nibble:4>> <= Octets >>.

digit(Nibble) when Nibble < 10 -> $0 + Nibble;
digit(Nibble) -> $a + Nibble - 10.
