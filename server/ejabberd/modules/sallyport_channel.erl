%% Channel bindings of a connection, as this ejabberd can give them: tls-exporter (RFC 9266) from 24.02 on,
%% tls-server-end-point (RFC 5929) in every version.
-module(sallyport_channel).
-export([bindings/3]).

-include_lib("public_key/include/public_key.hrl").

%% Type => data, for every allowed type that this connection has.
bindings(Socket, Host, Allowed) ->
    Have = [{Type, data(Type, Socket, Host)} || Type <- [<<"tls-exporter">>, <<"tls-server-end-point">>], lists:member(Type, Allowed)],
    maps:from_list([{Type, Data} || {Type, {ok, Data}} <- Have]).

data(<<"tls-exporter">>, Socket, _) ->
    case erlang:function_exported(xmpp_socket, get_tls_cb_exporter, 1) andalso is_tls13(Socket)
	andalso xmpp_socket:get_tls_cb_exporter(Socket) of
	{ok, <<Data:32/binary>>} -> {ok, Data};
	_ -> none
    end;
data(<<"tls-server-end-point">>, _, Host) ->
    case ejabberd_pkix:get_certfile(Host) of
	{ok, Path} -> certificate_hash(Path);
	_ -> none
    end.

%% RFC 9266: the exporter counts only on TLS 1.3, whose cipher suites, and no others, are named TLS_….
is_tls13(Socket) ->
    case xmpp_socket:get_negotiated_cipher(Socket) of
	{ok, <<"TLS_", _/binary>>} -> true;
	<<"TLS_", _/binary>> -> true;
	_ -> false
    end.

%% RFC 5929 section 4.1: the hash of the certificate's own signature algorithm, SHA-256 in place of MD5 and SHA-1. It is
%% not defined for algorithms without a hash of their own: none is given for them.
certificate_hash(Path) ->
    try
	{ok, Pem} = file:read_file(Path),
	[Der | _] = [Der || {'Certificate', Der, _} <- public_key:pem_decode(Pem)],
	#'Certificate'{signatureAlgorithm = #'AlgorithmIdentifier'{algorithm = Oid}} = public_key:pkix_decode_cert(Der, plain),
	case public_key:pkix_sign_types(Oid) of
	    {Digest, _} when Digest =:= sha384; Digest =:= sha512 -> {ok, crypto:hash(Digest, Der)};
	    {Digest, _} when Digest =:= md5; Digest =:= sha; Digest =:= sha256 -> {ok, crypto:hash(sha256, Der)};
	    _ -> none
	end
    catch _:_ -> none
    end.
