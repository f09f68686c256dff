%% The kill switch: one file that puts the service, a user, a machine, a room, a partner's domain or a feed off and on again, and
%% says which notices of feeds were taken away (server/kit/README.md). It stands beside the tables of accounts and machines, so that switching back on restores exactly what
%% was.
-module(mod_sallyport_switch).
-behaviour(gen_mod).
-behaviour(gen_server).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_opt_type/1, mod_doc/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).
-export([allows/3, stream_started/2, recv/3, info/2]).

-include("xmpp.hrl").
-include("logger.hrl").

-define(HOOKS, [{c2s_stream_started, stream_started, 0}, {c2s_handle_recv, recv, 0}, {c2s_handle_info, info, 0}]).
%% Sessions end within a second of the switch's being read.
-define(SETTLE_MS, 1000).
-define(TEXT, <<"The service is switched off">>).

mod_opt_type(file) -> econf:binary();
mod_opt_type(reload_interval) -> econf:number(0.1).
mod_options(_) -> [{file, <<>>}, {reload_interval, 1}].
mod_doc() -> #{}.
depends(_, _) -> [].

start(Host, Opts) ->
    ok = sallyport_sessions:start(),
    case gen_mod:start_child(?MODULE, Host, Opts) of
	{ok, _} = Started ->
	    [ejabberd_hooks:add(Hook, Host, ?MODULE, Function, Seq) || {Hook, Function, Seq} <- ?HOOKS],
	    %% one for all hosts, before any other
	    ejabberd_hooks:add(filter_packet, sallyport_switch_packets, filter, 1),
	    Started;
	Error -> Error
    end.

stop(Host) ->
    sallyport_sessions:put(switch, Host, none),
    case gen_mod:is_loaded_elsewhere(Host, ?MODULE) of
	true -> ok;
	false -> ejabberd_hooks:delete(filter_packet, sallyport_switch_packets, filter, 1)
    end,
    gen_mod:stop_child(?MODULE, Host).

reload(Host, Opts, _) -> gen_server:cast(gen_mod:get_module_proc(Host, ?MODULE), {options, Opts}).

init([Host, Opts]) -> {ok, refresh(options(#{host => Host}, Opts))}.

options(State, Opts) ->
    File = sallyport_files:watch(gen_mod:get_opt(file, Opts), fun take/1),
    State#{file => File, interval => round(gen_mod:get_opt(reload_interval, Opts) * 1000)}.

take(Text) ->
    case sallyport_files:parse(Text, <<"sallyport.switch/3">>, [<<"sallyport.switch/2">>, <<"sallyport.switch/1">>]) of
	{ok, #{<<"format">> := <<"sallyport.switch/3">>} = Value} -> take_value(Value);
	%% whoever writes a feed, or a room, into an old file expects that it counts
	{ok, #{<<"format">> := Format} = Value} when is_map_key(<<"feeds">>, Value); is_map_key(<<"notices">>, Value) ->
	    {error, <<"has feeds or notices, which ", Format/binary, " has not">>};
	{ok, #{<<"format">> := <<"sallyport.switch/1">>} = Value} when is_map_key(<<"rooms">>, Value); is_map_key(<<"partners">>, Value) ->
	    {error, <<"has rooms or partners, which sallyport.switch/1 has not">>};
	{ok, #{<<"format">> := <<"sallyport.switch/2">>} = Value} -> take_value(Value#{<<"feeds">> => [], <<"notices">> => []});
	{ok, Value} -> take_value(Value#{<<"rooms">> => [], <<"partners">> => [], <<"feeds">> => [], <<"notices">> => []});
	Error -> Error
    end.

take_value(#{<<"domain">> := Domain, <<"revision">> := Revision, <<"service">> := Service} = Value)
  when is_binary(Domain), is_integer(Revision), Service =:= <<"on">> orelse Service =:= <<"off">> ->
    Lists = [{user, <<"users">>, fun same/1}, {machine, <<"machines">>, fun same/1}, {room, <<"rooms">>, fun room/1},
	     {partner, <<"partners">>, fun partner/1}, {feed, <<"feeds">>, fun sallyport_switch_feeds:name/1}],
    Taken = [{Key, names(maps:get(What, Value, none), What, Prep)} || {Key, What, Prep} <- Lists]
	++ [{notice, sallyport_switch_feeds:notices(maps:get(<<"notices">>, Value, none))}],
    case [Problem || {_, {error, Problem}} <- Taken] of
	[Problem | _] -> {error, Problem};
	[] ->
	    Names = #{partner := Partners} = maps:from_list([{Key, Set} || {Key, {ok, Set}} <- Taken]),
	    case lists:any(fun(Partner) -> is_above(Partner, Domain) end, maps:keys(Partners)) of
		true -> {error, <<"has its own domain among the partners">>};
		false -> {ok, Names#{domain => Domain, revision => Revision, service => Service}}
	    end
    end;
take_value(#{<<"domain">> := Domain, <<"revision">> := Revision}) when is_binary(Domain), is_integer(Revision) ->
    {error, <<"has a service that is neither on nor off">>};
take_value(_) -> {error, <<"lacks a domain or a revision">>}.

same(Name) -> Name.

%% A localpart as addresses have it; `none` for what can be in no address.
room(Name) ->
    case re:run(Name, "[\\x00-\\x20\"&'/:<>@\\x7f]", [{capture, none}]) of
	match -> error;
	nomatch -> prepared(jid:nodeprep(Name))
    end.

partner(Name) -> prepared(jid:nameprep(Name)).

prepared(<<_, _/binary>> = Name) -> Name;
prepared(_) -> none.

is_above(Partner, Domain) ->
    Length = byte_size(Partner) + 1,
    Whole = <<".", Domain/binary>>,
    byte_size(Whole) >= Length andalso binary:part(Whole, byte_size(Whole) - Length, Length) =:= <<".", Partner/binary>>.

%% The names of a list, normalised by `Prep`. What it calls an error is a slip, and the file is refused; what can be nobody's
%% address (`none`) switches nobody: one such name must not make the server deaf to all others.
names(Names, What, Prep) when is_list(Names) ->
    Normal = [case Name of
		  <<_, _/binary>> when byte_size(Name) < 1024 -> Prep(Name);
		  _ -> error
	      end || Name <- Names],
    case lists:member(error, Normal) of
	true -> {error, <<"has a list of ", What/binary, " that are not names">>};
	false -> {ok, maps:from_list([{Name, true} || Name <- Normal, Name =/= none])}
    end;
names(_, What, _) -> {error, <<"lacks its list of ", What/binary>>}.

refresh(#{host := Host, file := File, interval := Interval} = State) ->
    _ = erlang:send_after(Interval, self(), refresh),
    case sallyport_files:refresh(File) of
	{same, Next} ->
	    %% whoever was on the way into a room when it was switched off
	    _ = sallyport_switch_packets:empty_rooms(Host, rooms(Host), ?SETTLE_MS),
	    State#{file => Next};
	{changed, #{path := Path, value := #{revision := Revision, service := Service} = Value} = Next} ->
	    sallyport_sessions:put(switch, Host, Value),
	    Ended = case everything_on(Value) of
			true -> 0;
			false -> sallyport_sessions:settle(?SETTLE_MS)
		    end,
	    Removed = sallyport_switch_packets:empty_rooms(Host, maps:get(room, Value), ?SETTLE_MS),
	    applied(Value, #{revision => Revision, service => Service, ended => Ended, removed => Removed}, Path, Host),
	    State#{file => Next}
    end.

%% Says what was done once the notices are gone too. What cannot be taken away now, because there are no feeds yet or the message
%% log cannot be written, is tried again.
applied(#{notice := Notices} = Value, #{revision := Revision, service := Service, ended := Ended, removed := Removed} = Done, Path, Host) ->
    try sallyport_switch_feeds:sweep(Host, Notices) of
	Taken ->
	    ?INFO_MSG("switch read from ~ts revision=~B service=~ts ended=~B removed=~B taken=~B",
		      [Path, Revision, Service, Ended, Removed, Taken]),
	    sallyport_journal:event(<<"switch.applied">>, #{lserver => Host}, Done#{taken => Taken})
    catch _:Reason ->
	    ?WARNING_MSG("notices of revision=~B are not taken away yet: ~p", [Revision, Reason]),
	    erlang:send_after(?SETTLE_MS, self(), {applied, Value, Done, Path})
    end.

handle_info({applied, #{revision := Revision} = Value, Done, Path}, #{host := Host} = State) ->
    %% unless another one has come meanwhile
    _ = case sallyport_sessions:get(switch, Host) of
	    #{revision := Revision} -> applied(Value, Done, Path, Host);
	    _ -> ok
	end,
    {noreply, State};
handle_info(refresh, State) -> {noreply, refresh(State)};
handle_info(_, State) -> {noreply, State}.
handle_cast({options, Opts}, State) -> {noreply, options(State, Opts)};
handle_cast(_, State) -> {noreply, State}.
handle_call(_, _, State) -> {reply, ok, State}.
terminate(_, _) -> ok.

everything_on(#{service := Service, user := Users, machine := Machines}) ->
    Service =:= <<"on">> andalso map_size(Users) + map_size(Machines) =:= 0.

%% The rooms that are off.
rooms(Host) ->
    case sallyport_sessions:get(switch, Host) of
	#{room := Rooms} -> Rooms;
	none -> #{}
    end.

%% Whether the service is on and the `user` or `machine` of this name is not switched off.
allows(Host, Kind, Name) -> is_on(Host) andalso not is_map_key(Name, maps:get(Kind, sallyport_sessions:get(switch, Host))).

is_on(Host) ->
    case sallyport_sessions:get(switch, Host) of
	#{domain := Host, service := <<"on">>} -> true;
	_ -> false
    end.

%% While the service is off a stream ends before anything else is said.
stream_started(#{lserver := Host} = State, _) -> check(is_on(Host), State).
recv(#{stream_state := disconnected} = State, _, _) -> State;
recv(#{lserver := Host} = State, _, _) -> check(is_on(Host), State).

check(true, State) -> State;
check(false, State) -> off(State).

off(State) -> {stop, sallyport_sessions:close(State, 'system-shutdown', ?TEXT)}.

info(#{lserver := Host} = State, sallyport_recheck) ->
    case {is_on(Host), State} of
	{false, _} -> ended(off(State), State, <<"service-off">>);
	{true, #{stream_authenticated := true, user := User}} ->
	    case allows(Host, user, User) of
		true -> State;
		false -> ended({stop, sallyport_sessions:close(State, 'not-authorized', <<"This account is switched off">>)}, State, <<"user-off">>)
	    end;
	_ -> State
    end;
info(State, {sallyport_settle, _, _} = Question) ->
    sallyport_sessions:settled(State, Question),
    State;
info(State, _) -> State.

ended(Result, State, Reason) ->
    sallyport_journal:event(<<"session.ended">>, State, #{reason => Reason}),
    Result.
