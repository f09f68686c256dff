%% The client/server lock (docs/lock.md): before anything else, client and server prove to each other that they know the
%% machine's key.
%%
%% The gate is part of each connection's state from its first moment on, and the hooks stand on every host of this server:
%% a stream to another host is gated as well. What has no gate, or whose gate fails, is closed: ejabberd goes on after a
%% hook that crashes, so none here may.
-module(mod_sallyport_lock).
-behaviour(gen_mod).
-behaviour(gen_server).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_opt_type/1, mod_doc/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).
-export([c2s_init/2, stream_started/2, recv/3, unauthenticated/2, info/2, host_up/1, reread/0, allows/2]).

-include("xmpp.hrl").
-include("logger.hrl").

-define(MAX_BYTES, 8191).
-define(HOOKS, [{c2s_stream_started, stream_started, 2}, {c2s_handle_recv, recv, 1}, {c2s_unauthenticated_packet, unauthenticated, 1},
		{c2s_handle_info, info, 1}]).

%% --- module -------------------------------------------------------------------------------------------------------------

mod_opt_type(masters) -> econf:binary();
mod_opt_type(machines) -> econf:binary();
mod_opt_type(bindings) -> econf:list(econf:enum(['tls-exporter', 'tls-server-end-point']));
mod_opt_type(timeout) -> econf:pos_int();
mod_opt_type(reload_interval) -> econf:number(0.1).

%% timeout: seconds for the whole exchange. reload_interval: seconds between looks at the table of machines.
mod_options(_) -> [{masters, <<>>}, {machines, <<>>}, {bindings, ['tls-exporter']}, {timeout, 10}, {reload_interval, 1}].
mod_doc() -> #{}.
depends(_, _) -> [].

start(Host, Opts) ->
    ok = sallyport_sessions:start(),
    _ = code:ensure_loaded(xmpp_socket),
    case gen_mod:start_child(?MODULE, Host, Opts) of
	{ok, _} = Started ->
	    ejabberd_hooks:add(c2s_init, ?MODULE, c2s_init, 1),
	    ejabberd_hooks:add(host_up, ?MODULE, host_up, 1),
	    ejabberd_hooks:add(config_reloaded, ?MODULE, reread, 60),
	    lists:foreach(fun host_up/1, lists:usort([Host | ejabberd_option:hosts()])),
	    Started;
	Error -> Error
    end.

%% The hooks stay: while the module is gone nobody gets past them.
stop(Host) ->
    sallyport_sessions:put(machines, Host, none),
    gen_mod:stop_child(?MODULE, Host).

reload(Host, Opts, _) -> gen_server:cast(gen_mod:get_module_proc(Host, ?MODULE), {options, Opts}).

host_up(Host) -> [ejabberd_hooks:add(Hook, Host, ?MODULE, Function, Seq) || {Hook, Function, Seq} <- ?HOOKS].

reread() -> [gen_server:cast(gen_mod:get_module_proc(Host, ?MODULE), masters) || Host <- ejabberd_option:hosts()].

%% --- tables -------------------------------------------------------------------------------------------------------------

init([Host, Opts]) ->
    sallyport_sessions:put(dummy_master, Host, sallyport_protocol:random()),
    State = refresh(options(#{host => Host, looked => erlang:system_time(second)}, Opts)),
    {ok, State}.

options(#{host := Host} = State, Opts) ->
    Option = fun(Name) -> gen_mod:get_opt(Name, Opts) end,
    Settings = #{bindings => [atom_to_binary(Binding, utf8) || Binding <- Option(bindings)], timeout => Option(timeout) * 1000},
    sallyport_sessions:put(lock_settings, Host, Settings),
    Machines = sallyport_files:watch(Option(machines), fun sallyport_registry:take_machines/1),
    masters(State#{masters => Option(masters), machines => Machines, interval => round(Option(reload_interval) * 1000)}).

masters(#{host := Host, masters := Directory} = State) ->
    sallyport_sessions:put(masters, Host, sallyport_registry:read_masters(Directory, Host)),
    State.

refresh(#{host := Host, machines := Machines, interval := Interval, looked := Looked} = State) ->
    _ = erlang:send_after(Interval, self(), refresh),
    Next = take_over(sallyport_files:refresh(Machines), Host),
    Now = erlang:system_time(second),
    _ = sallyport_registry:grace_ended(sallyport_sessions:get(machines, Host), Looked, Now) andalso sallyport_sessions:recheck(),
    State#{machines => Next, looked => Now}.

take_over({same, Machines}, _) -> Machines;
take_over({changed, #{value := #{domain := Host} = Value, path := Path} = Machines}, Host) ->
    sallyport_sessions:put(machines, Host, Value),
    ?INFO_MSG("machines read from ~ts", [Path]),
    sallyport_sessions:recheck(),
    Machines;
take_over({changed, #{value := #{domain := Other}, path := Path} = Machines}, Host) ->
    ?ERROR_MSG("~ts is for ~ts, not for ~ts; no machine is accepted", [Path, Other, Host]),
    sallyport_sessions:put(machines, Host, none),
    sallyport_sessions:recheck(),
    Machines.

handle_info(refresh, State) -> {noreply, refresh(State)};
handle_info(_, State) -> {noreply, State}.
handle_cast({options, Opts}, State) -> {noreply, options(State, Opts)};
handle_cast(masters, State) -> {noreply, masters(State)};
handle_cast(_, State) -> {noreply, State}.
handle_call(_, _, State) -> {reply, ok, State}.
terminate(_, _) -> ok.

%% Whether this machine may sign in `User` (`any`: whether it is accepted at all).
machine_allows(Host, Kid, User) ->
    mod_sallyport_switch:allows(Host, machine, Kid) andalso sallyport_registry:allows(sallyport_sessions:get(machines, Host), Kid, User).

%% Whether the machine is accepted with the epoch that it proved, or is about to prove.
epoch_allowed(Host, #{kid := Kid, epoch := Epoch}) -> sallyport_registry:epoch_allowed(sallyport_sessions:get(machines, Host), Kid, Epoch).

%% For authentication: true once the lock is open for this connection and its machine may sign that user in.
allows(#{sallyport_lock := #{state := open, kid := Kid} = Gate, lserver := Host}, User) ->
    machine_allows(Host, Kid, User) andalso epoch_allowed(Host, Gate);
allows(_, _) -> false.

%% --- the gate -----------------------------------------------------------------------------------------------------------

c2s_init({ok, State}, _) ->
    try
	Host = hd(ejabberd_option:hosts()),
	Timeout = case sallyport_sessions:get(lock_settings, Host) of #{timeout := T} -> T; _ -> 10000 end,
	_ = erlang:send_after(Timeout, self(), sallyport_lock_timeout),
	{ok, (sallyport_sessions:join(State))#{sallyport_lock => #{state => new}}}
    catch Class:Reason ->
	    ?ERROR_MSG("a connection is refused: ~p", [{Class, Reason}]),
	    {stop, {error, internal_failure}}
    end;
c2s_init(Other, _) -> Other.

%% Runs `Fun` so that a failure in it closes the stream.
guarded(State, Fun) ->
    try Fun() of
	{stop, _} = Stop -> Stop;
	%% also a session that waits to be resumed, whose stream is down
	State -> State;
	#{stream_state := disconnected} = Closed -> {stop, Closed};
	Next -> Next
    catch Class:Reason:Stack ->
	    ?ERROR_MSG("the lock failed: ~p", [{Class, Reason, Stack}]),
	    {stop, sallyport_sessions:close(State, 'internal-server-error', <<>>)}
    end.

stream_started(State, Start) -> guarded(State, fun() -> started(State, Start) end).

started(#{sallyport_lock := #{state := new} = Gate, lserver := Host, socket := Socket, stream_encrypted := true,
	  stream_version := {1, 0}} = State, _) ->
    Allowed = case sallyport_sessions:get(lock_settings, Host) of #{bindings := Names} -> Names; none -> [] end,
    Offered = sallyport_channel:bindings(Socket, Host, Allowed),
    Bindings = [#xmlel{name = <<"cb">>, attrs = [{<<"type">>, Name}]} || Name <- lists:sort(maps:keys(Offered))],
    Lock = #xmlel{name = <<"lock">>, attrs = [{<<"xmlns">>, sallyport_protocol:xmlns()}], children = Bindings},
    Sent = xmpp_stream_in:send(State, #xmlel{name = <<"stream:features">>, children = [Lock]}),
    %% ejabberd sends features of its own to streams of version 1.0 only
    Sent#{sallyport_lock => Gate#{state => offered, offered => Offered}, stream_version => locked};
started(#{sallyport_lock := #{state := restart} = Gate, lserver := Host} = State, #stream_start{to = #jid{lserver = Host}}) ->
    State#{sallyport_lock => Gate#{state => open}};
started(#{sallyport_lock := #{state := open}, lserver := Host} = State, #stream_start{to = #jid{lserver = Host}}) -> State;
started(State, _) -> violate(State, <<"other-host">>).

recv(#{stream_state := disconnected} = State, _, _) -> State;
recv(State, El, Pkt) -> guarded(State, fun() -> received(State, El, Pkt) end).

received(#{sallyport_lock := #{state := open}} = State, El, _) -> check_open(State, El);
received(#{sallyport_lock := #{state := offered}} = State, El, {error, _}) -> on_turn(State, El, <<"hello">>, fun on_hello/2);
received(#{sallyport_lock := #{state := challenged}} = State, El, {error, _}) -> on_turn(State, El, <<"proof">>, fun on_proof/2);
received(#{sallyport_lock := #{state := Turn}} = State, _, _) when Turn =:= offered; Turn =:= challenged ->
    violate(State, <<"not-the-lock">>);
received(State, _, _) -> violate(State, <<"out-of-turn">>).

on_turn(State, #xmlel{name = Name, attrs = Attrs, children = []} = El, Name, Act) ->
    case {proplists:get_value(<<"xmlns">>, Attrs) =:= sallyport_protocol:xmlns(), proplists:is_defined(<<"to">>, Attrs),
	  byte_size(fxml:element_to_binary(El)) > ?MAX_BYTES} of
	{true, false, false} -> Act(State, fun(Key) -> proplists:get_value(Key, Attrs, <<>>) end);
	{_, _, true} -> violate(State, <<"too-large">>);
	_ -> violate(State, <<"not-the-lock">>)
    end;
on_turn(State, El, _, _) ->
    violate(State, case byte_size(fxml:element_to_binary(El)) > ?MAX_BYTES of true -> <<"too-large">>; false -> <<"not-the-lock">> end).

on_hello(#{sallyport_lock := #{offered := Offered} = Gate} = State, Attr) ->
    Kid = Attr(<<"kid">>), Epoch = Attr(<<"epoch">>), Binding = Attr(<<"cb">>),
    Known = maps:from_list([{kid, Kid} || sallyport_protocol:is_kid(Kid)] ++ [{epoch, Epoch} || sallyport_protocol:is_epoch(Epoch)]
			   ++ [{binding, Binding} || is_map_key(Binding, Offered)]),
    Next = maps:merge(Gate, Known),
    case {map_size(Known), sallyport_protocol:decode32(Attr(<<"nonce">>))} of
	{3, {ok, ClientNonce}} ->
	    ServerNonce = sallyport_protocol:random(),
	    Challenge = nonza(<<"challenge">>, [{<<"nonce">>, base64:encode(ServerNonce)}]),
	    xmpp_stream_in:send(State#{sallyport_lock => Next#{state => challenged, client_nonce => ClientNonce,
							       server_nonce => ServerNonce}}, Challenge);
	_ -> refuse(State#{sallyport_lock => Next}, <<"malformed-hello">>)
    end.

on_proof(#{sallyport_lock := #{kid := Kid} = Gate, lserver := Host} = State, Attr) ->
    {ClientMac, ServerMac, EpochKnown} = expected_proofs(Gate, Host),
    {Shape, Given} = case sallyport_protocol:decode32(Attr(<<"mac">>)) of
			 {ok, Mac} -> {ok, Mac};
			 error -> {error, ServerMac}
		     end,
    Proved = crypto:hash_equals(ClientMac, Given),
    Machine = machine_allows(Host, Kid, any),
    Epoch = epoch_allowed(Host, Gate),
    case {Shape, EpochKnown, Machine, Proved, Epoch} of
	{ok, true, true, true, true} -> verified(State, ServerMac);
	{error, _, _, _, _} -> refuse(State, <<"malformed-proof">>);
	{_, false, _, _, _} -> refuse(State, <<"unknown-epoch">>);
	{_, _, false, _, _} -> refuse(State, <<"unknown-or-revoked-machine">>);
	{_, _, _, false, _} -> refuse(State, <<"wrong-proof">>);
	_ -> refuse(State, <<"epoch-left-behind">>)
    end.

%% The proof the machine must give and the one it gets. The same work is done whether or not machine and epoch exist.
expected_proofs(#{kid := Kid, epoch := Epoch, binding := Binding, offered := Offered, client_nonce := ClientNonce,
		  server_nonce := ServerNonce}, Host) ->
    Masters = case sallyport_sessions:get(masters, Host) of none -> #{}; Known -> Known end,
    Master = maps:get(Epoch, Masters, sallyport_sessions:get(dummy_master, Host)),
    Key = sallyport_protocol:machine_key(Master, Host, Kid, Epoch),
    Transcript = sallyport_protocol:transcript(#{domain => Host, kid => Kid, epoch => Epoch, binding => Binding,
						 binding_data => maps:get(Binding, Offered),
						 client_nonce => ClientNonce, server_nonce => ServerNonce}),
    ClientMac = sallyport_protocol:client_mac(sallyport_protocol:client_key(Key), Transcript),
    {ClientMac, sallyport_protocol:server_mac(sallyport_protocol:server_key(Key), Transcript, ClientMac), is_map_key(Epoch, Masters)}.

%% The stream begins anew (RFC 6120 section 4.3.3), as it does after SASL.
verified(#{sallyport_lock := Gate} = State, ServerMac) ->
    #{socket := Socket} = Sent = xmpp_stream_in:send(State, nonza(<<"verified">>, [{<<"mac">>, base64:encode(ServerMac)}])),
    audit(info, "verified", <<"lock.verified">>, State, none),
    Sent#{sallyport_lock => spent(Gate, restart), socket => xmpp_socket:reset_stream(Socket), stream_id => xmpp_stream:new_id(),
	  stream_version => {1, 0}, stream_header_sent => false, stream_restarted => true, stream_state => wait_for_stream}.

spent(Gate, Next) -> maps:without([client_nonce, server_nonce, offered], Gate#{state => Next}).

%% After the lock: before sign-in `to` may not lead to another host; whoever is signed in was let in by the card module, on
%% a machine of theirs.
check_open(#{stream_authenticated := false, lserver := Host} = State, #xmlel{attrs = Attrs}) ->
    case proplists:get_value(<<"to">>, Attrs, Host) of
	Host -> State;
	_ -> violate(State, <<"other-host">>)
    end;
check_open(#{sallyport_checked := true} = State, _) -> State;
check_open(#{user := User, sallyport_card := #{account := User}} = State, _) ->
    case allows(State, User) of
	true -> State#{sallyport_checked => true};
	false -> violate(State, <<"user-not-allowed-on-machine">>)
    end;
check_open(State, _) -> violate(State, <<"signed-in-without-card">>).

%% What gets past recv/3 to here is behind the lock.
unauthenticated(#{sallyport_lock := #{state := open}} = State, _) -> State;
unauthenticated(State, _) -> guarded(State, fun() -> violate(State, <<"out-of-turn">>) end).

info(#{sallyport_lock := #{state := Turn}} = State, sallyport_lock_timeout) when Turn =:= open; Turn =:= restart; Turn =:= closed ->
    {stop, State};
info(State, sallyport_lock_timeout) ->
    guarded(State, fun() ->
			   audit(warning, "refused", <<"lock.refused">>, State, <<"timeout">>),
			   {stop, sallyport_sessions:close(shut(State), 'connection-timeout', <<>>)}
		   end);
info(#{sallyport_lock := #{state := Turn, kid := Kid} = Gate, lserver := Host} = State, sallyport_recheck) when Turn =:= open; Turn =:= restart ->
    guarded(State, fun() ->
			   User = case State of #{stream_authenticated := true, user := Name} -> Name; _ -> any end,
			   case {machine_allows(Host, Kid, User), epoch_allowed(Host, Gate)} of
			       {true, true} -> State;
			       {Machine, _} ->
				   Reason = case Machine of true -> <<"epoch-left-behind">>; false -> <<"machine-or-user-no-longer-allowed">> end,
				   audit(warning, "revoked", <<"lock.revoked">>, State, Reason),
				   {stop, sallyport_sessions:close(shut(State), 'policy-violation', <<"This machine is no longer accepted">>)}
			   end
		   end);
info(State, _) -> State.

%% --- answers ------------------------------------------------------------------------------------------------------------

nonza(Name, Attrs) -> #xmlel{name = Name, attrs = [{<<"xmlns">>, sallyport_protocol:xmlns()} | Attrs]}.

shut(State) -> State#{sallyport_lock => spent(maps:get(sallyport_lock, State, #{}), closed)}.

%% Every failed exchange ends in the same bytes; the reason is for the log only, and written after they were sent.
refuse(State, Reason) ->
    Sent = xmpp_stream_in:send(shut(State), nonza(<<"refused">>, [])),
    ejabberd_c2s:stop_async(self()),
    audit(warning, "refused", <<"lock.refused">>, State, Reason),
    {stop, Sent#{stream_state => disconnected, stream_timeout => infinity}}.

%% Anything that is not the lock's turn: the stream ends.
violate(State, Reason) ->
    Outcome = case State of
		  #{sallyport_lock := #{state := Turn}} when Turn =:= open; Turn =:= restart -> "stream closed";
		  _ -> "refused"
	      end,
    Closed = sallyport_sessions:close(shut(State), 'policy-violation', <<>>),
    audit(warning, Outcome, <<"lock.refused">>, State, Reason),
    {stop, Closed}.

audit(Level, Outcome, Event, State, Reason) ->
    Gate = maps:get(sallyport_lock, State, #{}),
    Value = fun(Key) -> maps:get(Key, Gate, <<"-">>) end,
    Arguments = [Outcome, Value(kid), Value(epoch), Value(binding), sallyport_sessions:ip(State),
		 case Reason of none -> <<>>; _ -> [" reason=", Reason] end],
    Format = "lock ~ts machine=~ts epoch=~ts binding=~ts ip=~ts~ts",
    case Level of
	info -> ?INFO_MSG(Format, Arguments);
	warning -> ?WARNING_MSG(Format, Arguments)
    end,
    Fields = maps:with([epoch, binding], Gate),
    sallyport_journal:event(Event, State, case Reason of none -> Fields; _ -> Fields#{reason => Reason} end).
