#!/usr/bin/env escript
%% Runs the lock's test vectors on the module's own code, and nothing else of ejabberd.
%% Usage: ERL_LIBS=/usr/lib/x86_64-linux-gnu escript vectors.escript MODULES_DIRECTORY VECTORS_JSON
%% MODULES_DIRECTORY holds the compiled modules. Prints one line a vector, exits 1 on a difference.

main([Modules, VectorsPath]) ->
    true = code:add_patha(Modules),
    {ok, Text} = file:read_file(VectorsPath),
    #{<<"vectors">> := [_ | _] = Vectors} = jiffy:decode(Text, [return_maps]),
    Results = [vector(N, Vector) || {N, Vector} <- lists:zip(lists:seq(1, length(Vectors)), Vectors)],
    Refusals = [check_refusal(What, Accepted) || {What, Accepted} <- refusals()],
    halt(case lists:all(fun(Ok) -> Ok end, Results ++ Refusals) of true -> 0; false -> 1 end).

unhex(Text) -> binary:decode_hex(Text).
hex(Bytes) -> string:lowercase(binary:encode_hex(Bytes)).

vector(N, #{<<"domain">> := Domain, <<"kid">> := Kid, <<"epoch">> := Number} = Vector) ->
    Epoch = integer_to_binary(Number),
    Given = fun(Name) -> unhex(maps:get(Name, Vector)) end,
    Key = sallyport_protocol:machine_key(Given(<<"masterKey">>), Domain, Kid, Epoch),
    Transcript = sallyport_protocol:transcript(#{domain => Domain, kid => Kid, epoch => Epoch, binding => maps:get(<<"binding">>, Vector),
						 binding_data => Given(<<"bindingData">>), client_nonce => Given(<<"clientNonce">>),
						 server_nonce => Given(<<"serverNonce">>)}),
    ClientKey = sallyport_protocol:client_key(Key),
    ServerKey = sallyport_protocol:server_key(Key),
    ClientMac = sallyport_protocol:client_mac(ClientKey, Transcript),
    Got = [{<<"machineKey">>, Key}, {<<"clientKey">>, ClientKey}, {<<"serverKey">>, ServerKey}, {<<"transcript">>, Transcript},
	   {<<"check">>, sallyport_protocol:check_value(Key)}, {<<"clientMac">>, ClientMac},
	   {<<"serverMac">>, sallyport_protocol:server_mac(ServerKey, Transcript, ClientMac)}],
    Wrong = [Name || {Name, Value} <- Got, hex(Value) =/= maps:get(Name, Vector)],
    [io:format("vector ~b: ~ts differs~n", [N, Name]) || Name <- Wrong],
    io:format("vector ~b done~n", [N]),
    Wrong =:= [].

%% Values that must be refused, and a good one of each kind that must not.
refusals() ->
    Good = base64:encode(binary:copy(<<251>>, 32)),
    Head = binary:part(Good, 0, 43),
    Nonces = [Head, <<Good/binary, "=">>, <<(binary:part(Good, 0, 42))/binary, "t=">>, <<" ", (binary:part(Good, 1, 43))/binary>>,
	      binary:replace(Good, <<"+">>, <<"-">>, [global]), base64:encode(binary:copy(<<"x">>, 31)),
	      base64:encode(binary:copy(<<"x">>, 33)), <<>>, <<Good/binary, "\n">>, <<Head/binary, "\n">>, 7],
    Kids = [<<>>, binary:copy(<<"x">>, 65), <<"a b">>, <<"a\n">>, <<"a", 0, "b">>, <<"ä"/utf8>>, undefined],
    Epochs = [<<>>, <<"0">>, <<"01">>, <<"-1">>, <<"1.5">>, <<"1e3">>, <<"4294967296">>, <<"99999999999">>, <<" 1">>, <<"1\n">>, 1],
    [{{nonce, Value}, sallyport_protocol:decode32(Value) =/= error} || Value <- Nonces]
	++ [{{kid, Value}, sallyport_protocol:is_kid(Value)} || Value <- Kids]
	++ [{{epoch, Value}, sallyport_protocol:is_epoch(Value)} || Value <- Epochs]
	++ [{good_nonce_refused, sallyport_protocol:decode32(Good) =/= {ok, binary:copy(<<251>>, 32)}},
	    {good_kid_refused, not sallyport_protocol:is_kid(binary:copy(<<"x">>, 64))},
	    {good_epoch_refused, not sallyport_protocol:is_epoch(<<"4294967295">>)}].

check_refusal(_, false) -> true;
check_refusal(What, true) ->
    io:format("wrong: ~p~n", [What]),
    false.
