%% Every client connection of this node, signed in or not, waiting for an XEP-0198 resume or not, and the tables that its
%% process looks into. When a table changes each process judges itself anew: none is forgotten, none is asked by name.
-module(sallyport_sessions).
-export([start/0, join/1, recheck/0, settle/1, settled/2, put/3, get/2, close/3, ip/1, describe/1]).

-include("xmpp.hrl").

%% The scope is of the node, not of a module: it outlives their reloads.
start() ->
    case pg:start(?MODULE) of
	{ok, _} -> ok;
	{error, {already_started, _}} -> ok
    end.

%% Called in the connection's own process; gives it the name that the logs know it by.
join(State) ->
    ok = pg:join(?MODULE, clients, self()),
    State#{sallyport_session => binary:encode_hex(crypto:strong_rand_bytes(8))}.

recheck() -> lists:foreach(fun(Pid) -> Pid ! sallyport_recheck end, members()).

members() -> pg:get_local_members(?MODULE, clients).

%% The same, and waits until each process has judged itself: how many ended. One that is silent for `Milliseconds`, in a write
%% to a client that does not read for example, is ended from outside: nobody can say whether it would have gone on.
settle(Milliseconds) ->
    recheck(),
    Asked = [{monitor(process, Pid), Pid} || Pid <- members()],
    lists:foreach(fun({Monitor, Pid}) -> Pid ! {sallyport_settle, self(), Monitor} end, Asked),
    count(maps:from_list(Asked), 0, erlang:monotonic_time(millisecond) + Milliseconds).

count(Asked, Ended, _) when map_size(Asked) =:= 0 -> Ended;
count(Asked, Ended, Deadline) ->
    receive
	{sallyport_settled, Monitor, Gone} when is_map_key(Monitor, Asked) ->
	    demonitor(Monitor, [flush]),
	    count(maps:remove(Monitor, Asked), case Gone of true -> Ended + 1; false -> Ended end, Deadline);
	{'DOWN', Monitor, process, _, _} when is_map_key(Monitor, Asked) ->
	    count(maps:remove(Monitor, Asked), Ended + 1, Deadline)
    after max(0, Deadline - erlang:monotonic_time(millisecond)) ->
	    maps:foreach(fun(Monitor, Pid) -> demonitor(Monitor, [flush]), exit(Pid, kill) end, Asked),
	    Ended + map_size(Asked)
    end.

%% The answer, in the connection's own process: what came before the question has been dealt with.
settled(#{stream_state := Stream}, {sallyport_settle, From, Monitor}) ->
    From ! {sallyport_settled, Monitor, Stream =:= disconnected},
    ok.

put(Kind, Host, Value) -> persistent_term:put({?MODULE, Kind, Host}, Value).
get(Kind, Host) -> persistent_term:get({?MODULE, Kind, Host}, none).

%% Ends the connection with a stream error; a session that waits to be resumed is forgotten.
close(State, Condition, Text) ->
    Reason = case Text of <<>> -> []; _ -> xmpp:mk_text(Text, <<"en">>) end,
    xmpp_stream_in:send(State, #stream_error{reason = Condition, text = Reason}).

ip(#{ip := {Address, _}}) -> list_to_binary(inet:ntoa(unmap(Address)));
ip(_) -> <<"-">>.

unmap({0, 0, 0, 0, 0, 16#ffff, High, Low}) -> {High bsr 8, High band 255, Low bsr 8, Low band 255};
unmap(Address) -> Address.

%% What the logs tell of a connection.
describe(State) ->
    Lock = maps:get(sallyport_lock, State, #{}),
    Fields = #{session => maps:get(sallyport_session, State, <<>>), machine => maps:get(kid, Lock, <<>>),
	       user => case State of
			   #{stream_authenticated := true, user := User, lserver := Host} -> <<User/binary, "@", Host/binary>>;
			   _ -> <<>>
		       end},
    Known = maps:filter(fun(_, Value) -> Value =/= <<>> end, Fields),
    case State of #{ip := _} -> Known#{ip => ip(State)}; _ -> Known end.
