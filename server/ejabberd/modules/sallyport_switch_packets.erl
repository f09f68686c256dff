%% What the switch does besides ending sessions: a room that is off takes nothing and holds nobody, and no stanza goes to or
%% comes from a partner's domain that is off, or a domain below it. Addresses are normalised (RFC 7622) before any hook sees
%% them, and so are the names of the switch's file.
-module(sallyport_switch_packets).
-export([filter/1, empty_rooms/3]).

-include("xmpp.hrl").
-include("mod_muc_room.hrl").

-define(ROOM_OFF, <<"This room is switched off">>).

%% For the hook filter_packet, which every stanza passes. ejabberd goes on after a hook that crashes, so nothing here may.
filter(drop) -> drop;
filter(Packet) ->
    try judge(Packet, switches())
    catch _:_ -> drop
    end.

switches() ->
    Known = [{Host, sallyport_sessions:get(switch, Host)} || Host <- ejabberd_option:hosts()],
    [{Host, Rooms, Partners} || {Host, #{room := Rooms, partner := Partners}} <- Known, map_size(Rooms) + map_size(Partners) > 0].

judge(Packet, []) -> Packet;
judge(Packet, Switches) ->
    From = xmpp:get_from(Packet),
    To = xmpp:get_to(Packet),
    case maps:get(sallyport_refused, xmpp:get_meta(Packet), false) of
	true -> Packet;
	false ->
	    case {partner_off(To, Switches), partner_off(From, Switches), room_off(To, Switches)} of
		{true, _, _} -> refuse(Packet, xmpp:err_not_allowed(cut(To), <<"en">>));
		{_, true, _} -> drop;
		{_, _, true} -> refuse(Packet, xmpp:err_recipient_unavailable(?ROOM_OFF, <<"en">>));
		_ -> farewell(Packet, room_off(From, Switches))
	    end
    end.

cut(#jid{lserver = Domain}) -> <<"Communication with ", Domain/binary, " is switched off">>.

%% An answer, where the stanza may have one.
refuse(Packet, Error) ->
    case Packet of
	#iq{type = Type} when Type =:= error; Type =:= result -> drop;
	#message{type = error} -> drop;
	#presence{type = Type} when Type =:= error; Type =:= unavailable -> drop;
	_ ->
	    ejabberd_router:route_error(xmpp:put_meta(Packet, sallyport_refused, true), Error),
	    drop
    end.

%% A room that ends says so in words of its own (332); these are the switch's.
farewell(#presence{type = unavailable} = Packet, true) ->
    case xmpp:get_subtag(Packet, #muc_user{}) of
	#muc_user{items = [Item | _], status_codes = Codes} = User ->
	    case lists:member(332, Codes) of
		true -> xmpp:set_subtag(Packet, User#muc_user{items = [Item#muc_item{reason = ?ROOM_OFF}]});
		false -> Packet
	    end;
	_ -> Packet
    end;
farewell(Packet, _) -> Packet.

room_off(#jid{luser = <<>>}, _) -> false;
room_off(#jid{luser = Room, lserver = Service}, Switches) ->
    case [Host || {Host, Rooms, _} <- Switches, is_map_key(Room, Rooms)] of
	[] -> false;
	%% users of the domain may be called like a room
	Hosts -> not lists:member(Service, ejabberd_option:hosts()) andalso lists:member(host_of(Service), Hosts)
    end.

host_of(Service) ->
    try ejabberd_router:host_of_route(Service)
    catch _:_ -> none
    end.

partner_off(#jid{lserver = Domain}, Switches) ->
    lists:any(fun({_, _, Partners}) -> covers(Partners, Domain) end, Switches) andalso not ejabberd_router:is_my_route(Domain).

%% Whether a domain or one above it is in the set.
covers(Set, Domain) ->
    is_map_key(Domain, Set) orelse
	case binary:split(Domain, <<".">>) of
	    [_, Above] -> covers(Set, Above);
	    _ -> false
	end.

%% Puts everybody out of the rooms of these localparts that are live: how many occupants. What the rooms are stays as it was. A
%% room that is silent for `Milliseconds` is ended from outside.
empty_rooms(Host, Rooms, Milliseconds) ->
    Services = case gen_mod:is_loaded(Host, mod_muc) of true -> gen_mod:get_module_opt_hosts(Host, mod_muc); false -> [] end,
    Live = [{Room, Service, Pid} || Service <- Services, Room <- maps:keys(Rooms), {ok, Pid} <- [mod_muc:find_online_room(Room, Service)]],
    Asked = maps:from_list([{spawn_monitor(fun() -> exit({emptied, empty(Room)}) end), Room} || Room <- Live]),
    collect(Asked, 0, erlang:monotonic_time(millisecond) + Milliseconds).

collect(Asked, Count, _) when map_size(Asked) =:= 0 -> Count;
collect(Asked, Count, Deadline) ->
    receive
	{'DOWN', Monitor, process, Worker, Result} when is_map_key({Worker, Monitor}, Asked) ->
	    {Room, Rest} = maps:take({Worker, Monitor}, Asked),
	    case Result of
		{emptied, Gone} -> collect(Rest, Count + Gone, Deadline);
		_ -> kill(Room), collect(Rest, Count, Deadline)
	    end
    after max(0, Deadline - erlang:monotonic_time(millisecond)) ->
	    maps:foreach(fun({Worker, Monitor}, Room) -> demonitor(Monitor, [flush]), exit(Worker, kill), kill(Room) end, Asked),
	    Count
    end.

kill({_, _, Pid}) -> exit(Pid, kill).

%% The process of a room that is kept ends, and tells its occupants (mod_muc_room); the next one to enter starts it again.
empty({Room, Service, Pid}) ->
    Occupants = mod_muc_admin:get_room_occupants_number(Room, Service),
    {ok, Config} = mod_muc_room:get_config(Pid),
    case Config of
	#config{persistent = true} -> ok;
	_ -> {ok, _} = mod_muc_room:set_config(Pid, Config#config{persistent = true})
    end,
    Monitor = monitor(process, Pid),
    _ = mod_muc_room:shutdown(Pid),
    receive {'DOWN', Monitor, process, _, _} -> Occupants end.
