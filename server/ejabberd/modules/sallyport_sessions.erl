%% Every client connection of this node, signed in or not, waiting for an XEP-0198 resume or not, and the tables that its
%% process looks into. When a table changes each process judges itself anew: none is forgotten, none is asked by name.
-module(sallyport_sessions).
-export([start/0, join/1, recheck/0, put/3, get/2, close/3, ip/1, describe/1]).

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

recheck() -> lists:foreach(fun(Pid) -> Pid ! sallyport_recheck end, pg:get_local_members(?MODULE, clients)).

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
