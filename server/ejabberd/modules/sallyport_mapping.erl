%% From a card's certificate to the account, through an explicit table and nothing else. The subject's name and the e-mail
%% addresses (rfc822Name) are never looked at: others than the issuer's badge office can put a name there.
-module(sallyport_mapping).
-export([take/1, in_force/1, identities/1, account_of/2]).

-include_lib("public_key/include/public_key.hrl").

-define(UPN, {1, 3, 6, 1, 4, 1, 311, 20, 2, 3}).
-define(XMPP_ADDR, {1, 3, 6, 1, 5, 5, 7, 8, 5}).
-define(KINDS, [{<<"upns">>, <<"upn">>}, {<<"xmppAddrs">>, <<"xmppAddr">>}, {<<"spkiSha256">>, <<"spki">>},
		{<<"issuerSerials">>, <<"issuerSerial">>}, {<<"subjectKeyIds">>, <<"ski">>}]).
%% What is not a name stands in the table in one form only: base64 of a SHA-256, lower-case hex of whole octets.
-define(HASH, "^[A-Za-z0-9+/]{43}=").

%% The accounts file: #{domain, valid_until, accounts => #{Name => enabled | disabled}, keys => #{<<"kind:value">> => Name}}.
take(Text) ->
    case sallyport_files:parse(Text, <<"sallyport.card-accounts/1">>) of
	{ok, #{<<"domain">> := Domain, <<"accounts">> := Records} = Value} when is_binary(Domain), is_list(Records) ->
	    case valid_until(maps:get(<<"validUntil">>, Value, none)) of
		error -> {error, <<"has a validUntil that is no time in UTC">>};
		Until -> take_records(Records, #{domain => Domain, valid_until => Until, accounts => #{}, keys => #{}})
	    end;
	{ok, _} -> {error, <<"lacks a domain or accounts">>};
	Error -> Error
    end.

valid_until(none) -> infinity;
valid_until(Text) when is_binary(Text), byte_size(Text) > 0 ->
    try $Z = binary:last(Text), calendar:rfc3339_to_system_time(binary_to_list(Text)) catch _:_ -> error end;
valid_until(_) -> error.

take_records([], Map) -> {ok, Map};
take_records([Record | Rest], #{accounts := Accounts} = Map) ->
    Name = case Record of #{<<"account">> := Text} when is_binary(Text), Text =/= <<>> -> Text; _ -> none end,
    Disabled = case Record of #{<<"disabled">> := Value} -> Value; _ -> false end,
    case {Name =/= none andalso jid:nodeprep(Name), is_map_key(Name, Accounts), is_boolean(Disabled)} of
	{Name, false, true} ->
	    State = case Disabled of true -> disabled; false -> enabled end,
	    case add_keys(?KINDS, Record, Name, Map#{accounts => Accounts#{Name => State}}) of
		{ok, Next} -> take_records(Rest, Next);
		Error -> Error
	    end;
	{Name, true, _} -> {error, <<"names the account ", Name/binary, " twice">>};
	{Name, _, false} -> {error, <<"disabled of ", Name/binary, " is not true or false">>};
	_ -> {error, <<"has an account whose name is no localpart in its prepared form">>}
    end.

add_keys([], _, _, Map) -> {ok, Map};
add_keys([{Field, Kind} | Rest], Record, Name, Map) ->
    case maps:get(Field, Record, []) of
	Values when is_list(Values) ->
	    case add_values(Values, Kind, Name, Map, Field) of
		{ok, Next} -> add_keys(Rest, Record, Name, Next);
		Error -> Error
	    end;
	_ -> {error, <<Field/binary, " of ", Name/binary, " is not a list">>}
    end.

add_values([], _, _, Map, _) -> {ok, Map};
add_values([Value | Rest], Kind, Name, #{keys := Keys} = Map, Field) when is_binary(Value), Value =/= <<>> ->
    Key = key(Kind, Value),
    case {is_in_form(Kind, Value), is_map_key(Key, Keys)} of
	{false, _} -> {error, <<Field/binary, " of ", Name/binary, " has a value in another form than the one that is compared">>};
	{true, true} -> {error, <<"two accounts share ", Key/binary>>};
	{true, false} -> add_values(Rest, Kind, Name, Map#{keys => Keys#{Key => Name}}, Field)
    end;
add_values(_, _, Name, _, Field) -> {error, <<Field/binary, " of ", Name/binary, " is not a list of texts">>}.

is_in_form(<<"spki">>, Value) -> matches(Value, ?HASH "$");
is_in_form(<<"issuerSerial">>, Value) -> matches(Value, ?HASH ":(?!00)(?:[0-9a-f]{2}){1,20}$");
is_in_form(<<"ski">>, Value) -> matches(Value, "^(?:[0-9a-f]{2}){20,64}$");
is_in_form(_, _) -> true.

matches(Value, Pattern) -> re:run(Value, Pattern, [dollar_endonly, {capture, none}]) =:= match.

key(Kind, Value) when Kind =:= <<"upn">>; Kind =:= <<"xmppAddr">> -> <<Kind/binary, ":", (lower(Value))/binary>>;
key(Kind, Value) -> <<Kind/binary, ":", Value/binary>>.

%% ASCII only, as the other server does.
lower(Text) -> << <<(if C >= $A, C =< $Z -> C + 32; true -> C end)>> || <<C>> <= Text >>.

%% Whether a table that says until when it is good still is.
in_force(#{valid_until := infinity}) -> true;
in_force(#{valid_until := Until}) -> erlang:system_time(second) =< Until.

%% The identities of a certificate (DER) as keys of the table; an error when it names more than one of a kind.
identities(Der) ->
    #'OTPCertificate'{tbsCertificate = #'OTPTBSCertificate'{extensions = Extensions}} = public_key:pkix_decode_cert(Der, otp),
    Names = case is_list(Extensions) andalso lists:keyfind(?'id-ce-subjectAltName', #'Extension'.extnID, Extensions) of
		#'Extension'{extnValue = Values} when is_list(Values) -> Values;
		_ -> []
	    end,
    Upns = [Value || {otherName, {'AnotherName', ?UPN, Value}} <- Names],
    Addresses = [Value || {otherName, {'AnotherName', ?XMPP_ADDR, Value}} <- Names],
    case {Upns, Addresses} of
	{[_, _ | _], _} -> {error, <<"it has several UPNs">>};
	{_, [_, _ | _]} -> {error, <<"it has several xmppAddrs">>};
	_ ->
	    Texts = [{Kind, utf8(Value)} || {Kind, Values2} <- [{<<"upn">>, Upns}, {<<"xmppAddr">>, Addresses}], Value <- Values2],
	    case lists:keymember(error, 2, Texts) of
		true -> {error, <<"it has a name that is no UTF8String">>};
		false -> numbers(Der, [key(Kind, Text) || {Kind, Text} <- Texts] ++ [key(<<"spki">>, spki_sha256(Der))])
	    end
    end.

numbers(Der, Known) ->
    case sallyport_certificate:read(Der) of
	error -> {error, <<"the certificate cannot be read to its end">>};
	{ok, #{several := true}} -> {error, <<"it has several subjectKeyIdentifiers">>};
	{ok, #{issuer_serial := IssuerSerial, key_ids := KeyIds}} ->
	    {ok, Known ++ [key(<<"issuerSerial">>, IssuerSerial) || IssuerSerial =/= none] ++ [key(<<"ski">>, Id) || Id <- KeyIds]}
    end.

%% An otherName's value is [0] EXPLICIT; OTP hands it out with or without that wrapping, by version.
utf8(Value) ->
    Bytes = iolist_to_binary(Value),
    case 'XmppAddr':decode('XmppAddr', unwrap(Bytes)) of
	{ok, Text} when is_binary(Text), Text =/= <<>> -> Text;
	_ -> error
    end.

unwrap(<<16#a0, Length, Inner/binary>>) when Length < 128, byte_size(Inner) =:= Length -> Inner;
unwrap(<<16#a0, 16#81, Length, Inner/binary>>) when byte_size(Inner) =:= Length -> Inner;
unwrap(<<16#a0, 16#82, Length:16, Inner/binary>>) when byte_size(Inner) =:= Length -> Inner;
unwrap(Bytes) -> Bytes.

spki_sha256(Der) ->
    #'Certificate'{tbsCertificate = #'TBSCertificate'{subjectPublicKeyInfo = Spki}} = public_key:pkix_decode_cert(Der, plain),
    base64:encode(crypto:hash(sha256, public_key:der_encode('SubjectPublicKeyInfo', Spki))).

%% The one account that the identities lead to.
account_of(#{keys := Keys}, Identities) ->
    case lists:usort([maps:get(Key, Keys) || Key <- Identities, is_map_key(Key, Keys)]) of
	[Account] -> {ok, Account};
	[] -> {error, <<"it is in no account's list">>};
	_ -> {error, <<"its identities lead to different accounts">>}
    end.
