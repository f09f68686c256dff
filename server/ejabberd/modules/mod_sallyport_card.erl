%% Sign-in by smart card: SASL EXTERNAL (XEP-0178), the certificate mapped to the account through an explicit table.
%%
%% Stock ejabberd lets a certificate without xmppAddr sign in as anybody, and looks at no revocation list. Here the
%% certificate is checked when the stream starts, before the lock, and again when somebody signs in; the account is the
%% table's. Mechanisms other than EXTERNAL sign nobody in, whatever the configuration offers.
-module(mod_sallyport_card).
-behaviour(gen_mod).
-behaviour(gen_server).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_opt_type/1, mod_doc/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).
-export([stream_started/2, recv/3, auth_result/3, info/2]).

-include("xmpp.hrl").
-include("logger.hrl").

-define(HOOKS, [{c2s_stream_started, stream_started, 1}, {c2s_handle_recv, recv, 2}, {c2s_auth_result, auth_result, 1},
		{c2s_handle_info, info, 2}]).

%% --- module -------------------------------------------------------------------------------------------------------------

mod_opt_type(accounts) -> econf:binary();
mod_opt_type(client_authorities) -> econf:binary();
mod_opt_type(policies) -> econf:list(econf:binary("^[0-9]+(\\.[0-9]+)+$"));
mod_opt_type(require_lock) -> econf:bool();
mod_opt_type(reload_interval) -> econf:number(0.1);
mod_opt_type(directory_interval) -> econf:number(0.1).

%% policies: OIDs one of which the certificate's policies must contain. directory_interval: seconds between looks at the
%% directory for those who are signed in.
mod_options(_) -> [{accounts, <<>>}, {client_authorities, <<>>}, {policies, []}, {require_lock, true}, {reload_interval, 1},
		   {directory_interval, 60}].
mod_doc() -> #{}.
depends(_, _) -> [].

start(Host, Opts) ->
    ok = sallyport_sessions:start(),
    case gen_mod:start_child(?MODULE, Host, Opts) of
	{ok, _} = Started ->
	    [ejabberd_hooks:add(Hook, Host, ?MODULE, Function, Seq) || {Hook, Function, Seq} <- ?HOOKS],
	    Started;
	Error -> Error
    end.

%% The hooks stay: while the module is gone nobody signs in.
stop(Host) ->
    sallyport_sessions:put(authorities, Host, none),
    gen_mod:stop_child(?MODULE, Host).

reload(Host, Opts, _) -> gen_server:cast(gen_mod:get_module_proc(Host, ?MODULE), {options, Opts}).

init([Host, Opts]) ->
    State = options(#{host => Host, looking => none}, Opts),
    _ = erlang:send_after(maps:get(directory_interval, State), self(), directory),
    {ok, refresh(State)}.

options(#{host := Host} = State, Opts) ->
    Option = fun(Name) -> gen_mod:get_opt(Name, Opts) end,
    sallyport_sessions:put(card_settings, Host, #{policies => Option(policies), require_lock => Option(require_lock)}),
    Authorities = sallyport_files:watch(Option(client_authorities), fun sallyport_chain:take/1, sallyport_chain:max_bytes()),
    State#{accounts => sallyport_files:watch(Option(accounts), fun sallyport_mapping:take/1), authorities => Authorities,
	   interval => round(Option(reload_interval) * 1000), directory_interval => round(Option(directory_interval) * 1000)}.

%% --- tables -------------------------------------------------------------------------------------------------------------

refresh(#{interval := Interval} = State) ->
    _ = erlang:send_after(Interval, self(), refresh),
    {ChangedAccounts, State1} = refresh_accounts(State),
    {ChangedAuthorities, State2} = refresh_authorities(State1),
    _ = (ChangedAccounts orelse ChangedAuthorities) andalso sallyport_sessions:recheck(),
    State2.

refresh_accounts(#{host := Host, accounts := Watched} = State) ->
    {Changed, #{value := Value, path := Path} = Next} = sallyport_files:refresh(Watched),
    case {Changed, Value} of
	{same, _} -> ok;
	{changed, #{domain := Host}} ->
	    sallyport_sessions:put(accounts, Host, Value),
	    ?INFO_MSG("accounts read from ~ts", [Path]);
	{changed, #{domain := Other}} ->
	    sallyport_sessions:put(accounts, Host, none),
	    ?ERROR_MSG("~ts is for ~ts, not for ~ts; nobody is accepted", [Path, Other, Host])
    end,
    {Changed =:= changed, State#{accounts => Next}}.

%% A broken file leaves the last good lists in force; they expire by themselves.
refresh_authorities(#{host := Host, authorities := Watched} = State) ->
    {Changed, #{value := Value, path := Path} = Next} = sallyport_files:refresh(Watched),
    case Changed of
	same -> ok;
	changed ->
	    sallyport_sessions:put(authorities, Host, Value),
	    ?INFO_MSG("authorities read from ~ts", [Path])
    end,
    {Changed =:= changed, State#{authorities => Next}}.

%% Asks the directory for everybody who is signed in, in a process of its own: directories are slow.
look(#{host := Host, looking := none} = State) ->
    case sallyport_directory:is_used(Host) of
	false -> State;
	true ->
	    {_, Monitor} = spawn_monitor(fun() ->
						 Users = lists:usort([User || {User, Server, _} <- ejabberd_sm:get_vh_session_list(Host), Server =:= Host]),
						 exit({absent, sallyport_directory:absent(Host, Users)})
					 end),
	    State#{looking => Monitor}
    end;
look(State) -> State.

handle_info(refresh, State) -> {noreply, refresh(State)};
handle_info(directory, #{directory_interval := Interval} = State) ->
    _ = erlang:send_after(Interval, self(), directory),
    {noreply, look(State)};
handle_info({'DOWN', Monitor, process, _, {absent, Users}}, #{looking := Monitor, host := Host} = State) ->
    sallyport_sessions:put(absent, Host, maps:from_list([{User, true} || User <- Users])),
    _ = Users =/= [] andalso sallyport_sessions:recheck(),
    {noreply, State#{looking => none}};
handle_info({'DOWN', Monitor, process, _, Reason}, #{looking := Monitor} = State) ->
    ?ERROR_MSG("the directory could not be asked: ~p", [Reason]),
    {noreply, State#{looking => none}};
handle_info(_, State) -> {noreply, State}.
handle_cast({options, Opts}, State) -> {noreply, options(State, Opts)};
handle_cast(_, State) -> {noreply, State}.
handle_call(_, _, State) -> {reply, ok, State}.
terminate(_, _) -> ok.

%% --- connections --------------------------------------------------------------------------------------------------------

%% Runs `Fun` so that a failure in it closes the stream: ejabberd goes on after a hook that crashes.
guarded(State, Fun) ->
    try Fun()
    catch Class:Reason:Stack ->
	    ?ERROR_MSG("the card module failed: ~p", [{Class, Reason, Stack}]),
	    {stop, sallyport_sessions:close(State, 'internal-server-error', <<>>)}
    end.

%% No certificate, or one that is not good: the stream ends before anything is offered.
stream_started(#{sallyport_card := _} = State, _) -> State;
stream_started(State, _) ->
    guarded(State, fun() ->
			   case good_certificate(State) of
			       {ok, Der} -> State#{sallyport_card => #{certificate => Der}};
			       {error, Reason} ->
				   log_refusal(State, <<"-">>, 'not-authorized', Reason),
				   {stop, sallyport_sessions:close(State, 'not-authorized', <<"The certificate is not accepted">>)}
			   end
		   end).

good_certificate(#{stream_encrypted := true, socket := Socket, lserver := Host}) ->
    case {xmpp_socket:get_peer_certificate(Socket, der), xmpp_socket:get_verify_result(Socket),
	  sallyport_sessions:get(authorities, Host)} of
	{_, _, none} -> {error, <<"no authorities are loaded">>};
	{{ok, Der}, 0, _} -> still_good(Der, Host);
	{{ok, _}, _, _} -> {error, <<"certificate not verified">>};
	_ -> {error, <<"no certificate">>}
    end;
good_certificate(_) -> {error, <<"no TLS">>}.

still_good(Der, Host) ->
    #{policies := Policies} = sallyport_sessions:get(card_settings, Host),
    case sallyport_sessions:get(authorities, Host) of
	none -> {error, <<"no authorities are loaded">>};
	Authorities ->
	    case sallyport_chain:check(Der, Authorities, Policies) of
		ok -> {ok, Der};
		Error -> Error
	    end
    end.

%% The request for EXTERNAL, before ejabberd looks at it.
recv(#{sallyport_rewritten := El} = State, El, Pkt) -> recv(awake(State), El, Pkt);
%% Sent ahead, behind a request that leaves the choice of the account to us.
recv(#{sallyport_rewritten := _} = State, _, _) -> {stop, sallyport_sessions:close(awake(State), 'policy-violation', <<>>)};
recv(#{stream_state := disconnected} = State, _, _) -> State;
recv(#{stream_authenticated := false} = State, El, #sasl_auth{mechanism = <<"EXTERNAL">>, text = Authzid}) ->
    guarded(State, fun() -> asked(decide(State, Authzid), Authzid, El, State) end);
recv(State, _, _) -> State.

asked({error, Account, Condition, Reason}, _, _, State) -> refuse(State, Account, Condition, Reason);
asked({ok, Account}, <<>>, El, #{lserver := Host} = State) -> choose(State, <<Account/binary, "@", Host/binary>>, El);
asked({ok, Account}, _, _, #{sallyport_card := Card} = State) -> State#{sallyport_card => Card#{account => Account}}.

%% RFC 6120 section 6.3.8: without an authorization identity the server takes the one that belongs to the credentials.
%% ejabberd does so for xmppAddrs only. It gets the same request anew with the table's answer filled in; it must not act on
%% the one at hand, and does not while the stream counts as down.
choose(State, Address, El) ->
    Rewritten = El#xmlel{children = [{xmlcdata, base64:encode(Address)}]},
    self() ! {'$gen_event', {xmlstreamelement, Rewritten}},
    {stop, State#{sallyport_rewritten => Rewritten, stream_state => disconnected}}.

awake(State) -> maps:remove(sallyport_rewritten, State#{stream_state => wait_for_sasl_request}).

%% {ok, Account} or {error, Account, SaslCondition, Reason}.
decide(#{sallyport_card := #{certificate := Der}, lserver := Host} = State, Authzid) ->
    case {still_good(Der, Host), sallyport_sessions:get(accounts, Host)} of
	{{error, Reason}, _} -> {error, <<"-">>, 'not-authorized', Reason};
	{_, none} -> {error, <<"-">>, 'temporary-auth-failure', <<"no table of accounts that is in force">>};
	{{ok, Der}, Map} ->
	    case sallyport_mapping:in_force(Map) andalso sallyport_mapping:identities(Der) of
		false -> {error, <<"-">>, 'temporary-auth-failure', <<"no table of accounts that is in force">>};
		{error, Reason} -> {error, <<"-">>, 'not-authorized', Reason};
		{ok, Identities} ->
		    case sallyport_mapping:account_of(Map, Identities) of
			{error, Reason} -> {error, <<"-">>, 'not-authorized', Reason};
			{ok, Account} -> decide(State, Authzid, Account, Map)
		    end
	    end
    end;
decide(_, _) -> {error, <<"-">>, 'not-authorized', <<"no certificate">>}.

decide(#{lserver := Host} = State, Authzid, Account, Map) ->
    #{require_lock := RequireLock} = sallyport_sessions:get(card_settings, Host),
    Checks = [{fun() -> not RequireLock orelse mod_sallyport_lock:allows(State, Account) end,
	       'not-authorized', <<"the lock does not allow it">>},
	      {fun() -> mod_sallyport_switch:allows(Host, user, Account) end, 'account-disabled', <<"switched off">>},
	      {fun() -> is_enabled(Account, Map) end, 'account-disabled', <<"disabled">>},
	      {fun() -> not sallyport_directory:is_used(Host) orelse sallyport_directory:has(Host, Account) end,
	       'account-disabled', <<"not in the directory">>},
	      {fun() -> is_own_address(Authzid, Account, Host) end, 'invalid-authzid', <<"asks for another address">>}],
    case [{Condition, Reason} || {Check, Condition, Reason} <- Checks, not Check()] of
	[] -> {ok, Account};
	[{Condition, Reason} | _] -> {error, Account, Condition, Reason}
    end.

is_enabled(Account, #{accounts := Accounts}) -> maps:get(Account, Accounts, disabled) =:= enabled.

%% Empty leaves the choice to us. An address is compared as it stands: ejabberd would go on with another writing of the name.
is_own_address(<<>>, _, _) -> true;
is_own_address(Authzid, Account, Host) -> Authzid =:= <<Account/binary, "@", Host/binary>>.

%% What ejabberd found: it must be what the table says. Never reached without recv/3.
auth_result(State, true, User) ->
    guarded(State, fun() ->
			   case State of
			       #{sasl_mech := <<"EXTERNAL">>, sallyport_card := #{account := User}} -> accepted(State, User);
			       _ -> refuse(State, User, 'not-authorized', <<"signed in without the card's account">>)
			   end
		   end);
auth_result(State, _, _) -> State.

accepted(#{lserver := Host} = State, User) ->
    Address = <<User/binary, "@", Host/binary>>,
    case sallyport_journal:event(<<"sign-in.accepted">>, State, #{user => Address}) of
	ok ->
	    ?INFO_MSG("sign-in accepted account=~ts ip=~ts", [User, sallyport_sessions:ip(State)]),
	    State;
	_ -> refuse(State, User, 'temporary-auth-failure', <<"the audit log cannot be written">>)
    end.

refuse(State, Account, Condition, Reason) ->
    log_refusal(State, Account, Condition, Reason),
    Sent = xmpp_stream_in:send(State, #sasl_failure{reason = Condition}),
    {stop, sallyport_sessions:close(Sent, 'not-authorized', <<>>)}.

log_refusal(State, Account, Condition, Reason) ->
    ?WARNING_MSG("sign-in refused account=~ts ip=~ts condition=~ts reason=~ts", [Account, sallyport_sessions:ip(State), Condition, Reason]),
    Host = maps:get(lserver, State),
    User = case Account of <<"-">> -> #{}; _ -> #{user => <<Account/binary, "@", Host/binary>>} end,
    sallyport_journal:event(<<"sign-in.refused">>, State, User#{condition => Condition, reason => Reason}).

%% A table changed: is this account, and this certificate, still good? The last hook that wants to know.
info(#{sallyport_card := #{certificate := Der}, lserver := Host} = State, sallyport_recheck) ->
    guarded(State, fun() ->
			   case still_good(Der, Host) of
			       {ok, _} -> recheck_account(State);
			       {error, Reason} -> finish(State, Reason, <<"The certificate is not accepted any more">>)
			   end
		   end);
info(State, sallyport_recheck) -> {stop, State};
info(State, _) -> State.

recheck_account(#{stream_authenticated := true, user := User, lserver := Host} = State) ->
    Enabled = case sallyport_sessions:get(accounts, Host) of none -> false; Map -> is_enabled(User, Map) end,
    Absent = case sallyport_sessions:get(absent, Host) of none -> false; Users -> is_map_key(User, Users) end,
    case {Enabled, Absent} of
	{true, false} -> {stop, State};
	{false, _} -> finish(State, <<"account-disabled">>, <<"This account is disabled">>);
	{_, true} -> finish(State, <<"not in the directory">>, <<"This account is disabled">>)
    end;
recheck_account(State) -> {stop, State}.

finish(State, Reason, Text) ->
    ?WARNING_MSG("session ended account=~ts reason=~ts", [maps:get(user, State, <<"-">>), Reason]),
    sallyport_journal:event(<<"session.ended">>, State, #{reason => Reason}),
    {stop, sallyport_sessions:close(State, 'not-authorized', Text)}.
