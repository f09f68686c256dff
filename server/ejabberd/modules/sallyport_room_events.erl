%% What happens to rooms, for the audit log: made, ended, configured, and whose standing in them changed. ejabberd has hooks for
%% the end, and for rooms that are made by command. For the rest a room's own word counts, in the connection of whoever asked for
%% it: status 201 (XEP-0045 10.1), or the result of what was asked. Of what was asked while there was no result yet when the
%% connection ended nobody knows whether it was done: that is on record with the outcome `unknown`.
-module(sallyport_room_events).
-export([start/1, stop/1]).
-export([create_room/3, room_destroyed/3, room_destroyed/4, user_send_packet/1, user_receive_packet/1, c2s_terminated/2]).

-include("xmpp.hrl").

-define(HOOKS, [{create_room, 50}, {room_destroyed, 50}, {user_send_packet, 99}, {user_receive_packet, 1},
		{c2s_terminated, 0}]).
%% Requests that a connection may have open. How many changes are in one the size of a stanza bounds.
-define(MAX_OPEN, 256).

start(Host) -> [ejabberd_hooks:add(Hook, Host, ?MODULE, Hook, Seq) || {Hook, Seq} <- ?HOOKS], ok.
stop(Host) -> [ejabberd_hooks:delete(Hook, Host, ?MODULE, Hook, Seq) || {Hook, Seq} <- ?HOOKS], ok.

create_room(Host, Room, Service) -> event(<<"room.created">>, #{lserver => Host}, Room, Service, #{}).
room_destroyed(Host, Room, Service) -> event(<<"room.destroyed">>, #{lserver => Host}, Room, Service, #{}).
room_destroyed(Host, Room, Service, _Persistent) -> room_destroyed(Host, Room, Service).

event(Event, State, Room, Service, Fields) ->
    _ = sallyport_journal:event(Event, State, Fields#{room => <<Room/binary, "@", Service/binary>>}),
    ok.

user_send_packet({#iq{type = set, id = Id, to = #jid{luser = <<_, _/binary>>, lresource = <<>>} = Room} = Iq, State} = Sent) ->
    try lists:member(Room#jid.lserver, services()) andalso changes(Iq) of
	false -> Sent;
	[] -> Sent;
	Changes ->
	    %% the oldest first: a room answers in the order in which it was asked, whatever the ids
	    Open = maps:get(sallyport_room_requests, State, []) ++ [{{Id, jid:tolower(Room)}, Changes}],
	    {Lost, Kept} = lists:split(max(0, length(Open) - ?MAX_OPEN), Open),
	    unknown(State, Lost),
	    {Iq, State#{sallyport_room_requests => Kept}}
    catch _:_ -> Sent
    end;
user_send_packet(Other) -> Other.

%% Where this server has rooms.
services() ->
    lists:append([gen_mod:get_module_opt_hosts(Host, mod_muc) || Host <- ejabberd_option:hosts(), gen_mod:is_loaded(Host, mod_muc)]).

c2s_terminated(#{sallyport_room_requests := Open} = State, _) ->
    unknown(State, Open),
    State#{sallyport_room_requests => []};
c2s_terminated(State, _) -> State.

unknown(State, Requests) ->
    [event(Event, State, Room, Service, Fields#{outcome => <<"unknown">>})
     || {{_, {Room, Service, _}}, Changes} <- Requests, {Event, Fields} <- Changes],
    ok.

changes(#iq{to = Room} = Iq) ->
    case {xmpp:try_subtag(Iq, #muc_owner{}), xmpp:try_subtag(Iq, #muc_admin{})} of
	{#muc_owner{config = #xdata{type = submit}}, _} -> [{<<"room.configured">>, #{}}];
	{_, #muc_admin{items = Items}} ->
	    [{<<"room.affiliation">>, standing(subject(Item, Room), Affiliation, Reason)}
	     || #muc_item{affiliation = Affiliation, reason = Reason} = Item <- Items, Affiliation =/= undefined];
	_ -> []
    end.

%% Whose standing: ejabberd takes the name in the room as well.
subject(#muc_item{jid = #jid{} = Subject}, _) -> jid:encode(jid:remove_resource(Subject));
subject(#muc_item{nick = Nick}, #jid{luser = Room, lserver = Service}) -> <<Room/binary, "@", Service/binary, "/", Nick/binary>>.

standing(Subject, Affiliation, Reason) ->
    Fields = #{subject => Subject, affiliation => atom_to_binary(Affiliation, utf8)},
    case Reason of
	<<_, _/binary>> -> Fields#{reason => Reason};
	_ -> Fields
    end.

%% The room's word, before its reader gets it. An error means that nothing was changed.
user_receive_packet({#iq{type = Type, id = Id, from = #jid{} = From} = Iq, #{sallyport_room_requests := Open} = State} = Received)
  when Type =:= result; Type =:= error ->
    case lists:keytake({Id, jid:tolower(From)}, 1, Open) of
	{value, {_, Changes}, Rest} ->
	    Type =:= result andalso
		[event(Event, State, From#jid.luser, From#jid.lserver, Fields) || {Event, Fields} <- Changes],
	    {Iq, State#{sallyport_room_requests => Rest}};
	false -> Received
    end;
user_receive_packet({#presence{type = available, from = #jid{lserver = Service} = From} = Presence, #{lserver := Host} = State}) ->
    try
	#muc_user{status_codes = Codes} = xmpp:get_subtag(Presence, #muc_user{}),
	true = lists:member(201, Codes) andalso lists:member(Service, gen_mod:get_module_opt_hosts(Host, mod_muc)),
	event(<<"room.created">>, State, From#jid.luser, Service, #{})
    catch _:_ -> ok
    end,
    {Presence, State};
user_receive_packet(Other) -> Other.
