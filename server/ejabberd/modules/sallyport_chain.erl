%% Whether a client's certificate is good now: chain, dates, purpose, policies and revocation, by OTP's public_key.
%% ejabberd itself looks at no revocation list.
-module(sallyport_chain).
-export([max_bytes/0, take/1, check/3]).

-include_lib("public_key/include/public_key.hrl").

-define(MAX_DEPTH, 4).
-define(CLIENT_AUTH, {1, 3, 6, 1, 5, 5, 7, 3, 2}).

%% A list of a large authority has some hundred thousand entries.
max_bytes() -> 67108864.

%% Takes a PEM text of authorities and of revocation lists: {ok, [#{der, otp, crl}]}, the newest list with each authority.
take(Text) ->
    try
	Entries = public_key:pem_decode(Text),
	Lists = [{Der, public_key:der_decode('CertificateList', Der)} || {'CertificateList', Der, _} <- Entries],
	[_ | _] = Authorities = [authority(Der, Lists) || {'Certificate', Der, _} <- Entries],
	{ok, Authorities}
    catch _:_ -> {error, <<"holds no authorities, or something that is none">>}
    end.

authority(Der, Lists) ->
    Otp = public_key:pkix_decode_cert(Der, otp),
    Usable = [usable(List) || {Bytes, List} <- Lists, is_of(List, Otp), signs_lists(Otp), public_key:pkix_crl_verify(Bytes, Otp)],
    Newest = case lists:reverse(lists:sort([{This, Crl} || #{this_update := This} = Crl <- Usable])) of
		 [{_, Crl} | _] -> Crl;
		 [] -> none
	     end,
    #{der => Der, otp => Otp, crl => Newest}.

is_of(List, #'OTPCertificate'{tbsCertificate = #'OTPTBSCertificate'{subject = Subject}}) ->
    public_key:pkix_normalize_name(public_key:pkix_crl_issuer(List)) =:= public_key:pkix_normalize_name(Subject).

signs_lists(Otp) -> case extension(?'id-ce-keyUsage', Otp) of none -> false; Usage -> lists:member(cRLSign, Usage) end.

%% What a list says. One with a critical extension (delta lists, lists of a part) is not understood and not used.
usable(#'CertificateList'{tbsCertList = #'TBSCertList'{thisUpdate = This, nextUpdate = Next, revokedCertificates = Revoked,
						      crlExtensions = Extensions}}) ->
    Critical = is_list(Extensions) andalso lists:any(fun(#'Extension'{critical = C}) -> C =:= true end, Extensions),
    case Critical orelse Next =:= asn1_NOVALUE of
	true -> unusable;
	false ->
	    Serials = case Revoked of
			  asn1_NOVALUE -> [];
			  _ -> [Serial || #'TBSCertList_revokedCertificates_SEQOF'{userCertificate = Serial} <- Revoked]
		      end,
	    #{this_update => seconds(This), next_update => seconds(Next), revoked => maps:from_list([{Serial, true} || Serial <- Serials])}
    end.

%% RFC 5280 section 4.1.2.5: UTCTime up to 2049, GeneralizedTime from then on, both in UTC with seconds.
seconds({utcTime, [Y1, Y2 | Rest]}) ->
    Year = list_to_integer([Y1, Y2]),
    seconds(Year + if Year >= 50 -> 1900; true -> 2000 end, Rest);
seconds({generalTime, [Y1, Y2, Y3, Y4 | Rest]}) -> seconds(list_to_integer([Y1, Y2, Y3, Y4]), Rest).
seconds(Year, [M1, M2, D1, D2, H1, H2, N1, N2, S1, S2, $Z]) ->
    Int = fun(A, B) -> list_to_integer([A, B]) end,
    calendar:datetime_to_gregorian_seconds({{Year, Int(M1, M2), Int(D1, D2)}, {Int(H1, H2), Int(N1, N2), Int(S1, S2)}}).

%% ok, or {error, Reason}. `Policies`: OIDs one of which the certificate must name; none asked with [].
check(Der, Authorities, Policies) ->
    try
	Leaf = public_key:pkix_decode_cert(Der, otp),
	check_purpose(Leaf),
	check_policies(Leaf, Policies),
	Path = path(Leaf, Authorities, ?MAX_DEPTH),
	[#{der := Root} | Below] = Path,
	Options = [{max_path_length, ?MAX_DEPTH}, {verify_fun, {fun verify/3, none}}],
	case public_key:pkix_path_validation(Root, [Bytes || #{der := Bytes} <- Below] ++ [Der], Options) of
	    {ok, _} -> ok;
	    {error, {bad_cert, Why}} when is_atom(Why) -> throw(atom_to_binary(Why, utf8));
	    {error, _} -> throw(<<"its chain is not valid">>)
	end,
	Now = calendar:datetime_to_gregorian_seconds(calendar:universal_time()),
	check_revocation(Path, [Otp || #{otp := Otp} <- Below] ++ [Leaf], Now)
    catch
	throw:Reason -> {error, Reason};
	_:_ -> {error, <<"it cannot be read">>}
    end.

verify(_, {bad_cert, _} = Reason, _) -> {fail, Reason};
%% looked at by check_purpose/1
verify(_, {extension, #'Extension'{extnID = ?'id-ce-extKeyUsage'}}, State) -> {valid, State};
verify(_, {extension, _}, State) -> {unknown, State};
verify(_, _, State) -> {valid, State}.

check_purpose(Leaf) ->
    Extended = case extension(?'id-ce-extKeyUsage', Leaf) of none -> []; Value -> Value end,
    Usage = case extension(?'id-ce-keyUsage', Leaf) of none -> []; Value2 -> Value2 end,
    lists:member(?CLIENT_AUTH, Extended) orelse throw(<<"it is not for clients">>),
    lists:member(digitalSignature, Usage) orelse throw(<<"its key is not for signatures">>).

check_policies(_, []) -> ok;
check_policies(Leaf, Wanted) ->
    Named = case extension(?'id-ce-certificatePolicies', Leaf) of
		none -> [];
		List -> [list_to_binary(lists:join($., [integer_to_list(N) || N <- tuple_to_list(Oid)]))
			 || #'PolicyInformation'{policyIdentifier = Oid} <- List]
	    end,
    lists:any(fun(Oid) -> lists:member(Oid, Wanted) end, Named) orelse throw(<<"it has none of the policies asked for">>).

extension(Oid, #'OTPCertificate'{tbsCertificate = #'OTPTBSCertificate'{extensions = Extensions}}) when is_list(Extensions) ->
    case lists:keyfind(Oid, #'Extension'.extnID, Extensions) of
	#'Extension'{extnValue = Value} -> Value;
	false -> none
    end;
extension(_, _) -> none.

%% The authorities from a self-signed one down to the certificate's issuer.
path(_, _, 0) -> throw(<<"its chain is too long">>);
path(Cert, Authorities, Depth) ->
    Issuers = [Authority || #{otp := Otp, der := Issuer} = Authority <- Authorities, public_key:pkix_is_issuer(Cert, Otp),
			    signed_by(Cert, Issuer)],
    case Issuers of
	[] -> throw(<<"its issuer is not known">>);
	[#{otp := Otp} = Authority | _] ->
	    case public_key:pkix_is_self_signed(Otp) of
		true -> [Authority];
		false -> path(Otp, Authorities, Depth - 1) ++ [Authority]
	    end
    end.

%% Two authorities may have the same name: the one whose key signed it.
signed_by(#'OTPCertificate'{} = Cert, Issuer) ->
    #'OTPCertificate'{tbsCertificate = #'OTPTBSCertificate'{subjectPublicKeyInfo = Info}} = public_key:pkix_decode_cert(Issuer, otp),
    #'OTPSubjectPublicKeyInfo'{algorithm = #'PublicKeyAlgorithm'{parameters = Parameters}, subjectPublicKey = Key} = Info,
    PublicKey = case Key of #'ECPoint'{} -> {Key, Parameters}; _ -> Key end,
    public_key:pkix_verify(public_key:pkix_encode('OTPCertificate', Cert, otp), PublicKey).

%% Each certificate below the root against the list of its issuer. No list, or one that has run out: refused.
check_revocation([], [], _) -> ok;
check_revocation([#{crl := Crl} | Issuers],
		 [#'OTPCertificate'{tbsCertificate = #'OTPTBSCertificate'{serialNumber = Serial}} | Below], Now) ->
    case Crl of
	none -> throw(<<"an issuer has no revocation list">>);
	#{next_update := Next} when Next =< Now -> throw(<<"an issuer's revocation list has expired">>);
	#{this_update := This} when This > Now + 300 -> throw(<<"an issuer's revocation list is of the future">>);
	#{revoked := #{Serial := true}} -> throw(<<"it is revoked">>);
	_ -> check_revocation(Issuers, Below, Now)
    end.
