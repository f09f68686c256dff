%% XEP-0425 0.3.0: moderators take messages of a room back. The room tells everybody in it, and puts a tombstone (XEP-0424
%% 5.1.4) in the message's place in its archive, so that nobody who comes later reads it there. What was said stays in the
%% message log (mod_sallyport_messages), which has the announcement too. Needs mod_mam in Mnesia.
%%
%% A room also repeats what it has in memory to whoever enters, and its process gives nobody the means to change that. So what
%% a client is about to get of a room's past is looked up here, and its tombstone goes to it in its place.
-module(mod_sallyport_moderation).
-behaviour(gen_mod).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0, muc_process_iq/2, user_receive_packet/1]).

-include("logger.hrl").
-include("xmpp.hrl").
-include("mod_mam.hrl").
-include("mod_muc_room.hrl").

-define(MODERATE, <<"urn:xmpp:message-moderate:1">>).
-define(RETRACT, <<"urn:xmpp:message-retract:1">>).
%% In bytes.
-define(MAX_ID, 64).
-define(MAX_REASON, 1024).
%% Before mod_mam's, at 50.
-define(SEQ, 40).

%% The tombstones of messages that rooms may still have in memory, for all nodes.
-record(sallyport_moderated, {message = {<<>>, <<>>, <<>>} :: {binary(), binary(), binary()}, tombstone :: xmlel()}).

mod_options(_) -> [].
mod_doc() -> #{}.
depends(_, _) -> [{mod_mam, hard}, {mod_muc, hard}, {mod_sallyport_messages, hard}].

start(Host, _) ->
    case gen_mod:db_mod(Host, mod_mam) of
	mod_mam_mnesia ->
	    {atomic, ok} = ejabberd_mnesia:create(?MODULE, sallyport_moderated,
						  [{ram_copies, [node()]},
						   {attributes, record_info(fields, sallyport_moderated)}]),
	    ejabberd_hooks:add(muc_process_iq, Host, ?MODULE, muc_process_iq, ?SEQ),
	    ejabberd_hooks:add(user_receive_packet, Host, ?MODULE, user_receive_packet, ?SEQ),
	    ok;
	Other ->
	    ?ERROR_MSG("moderation needs the archive in Mnesia, not ~ts", [Other]),
	    {error, archive_not_in_mnesia}
    end.

stop(Host) ->
    ejabberd_hooks:delete(muc_process_iq, Host, ?MODULE, muc_process_iq, ?SEQ),
    ejabberd_hooks:delete(user_receive_packet, Host, ?MODULE, user_receive_packet, ?SEQ).

reload(_, _, _) -> ok.

muc_process_iq(#iq{type = set, sub_els = [El]} = IQ, Room) ->
    case {xmpp:get_name(El), xmpp:get_ns(El)} of
	{<<"moderate">>, ?MODERATE} -> {stop, answer(IQ, moderate(IQ, xmpp:encode(El), Room))};
	_ -> IQ
    end;
muc_process_iq(IQ, _) -> IQ.

answer(IQ, ok) -> xmpp:make_iq_result(IQ);
answer(IQ, Error) -> xmpp:make_error(IQ, Error).

%% ok, or the error that its sender gets.
moderate(#iq{from = From}, Moderate, #state{users = Users} = Room) ->
    Id = fxml:get_tag_attr_s(<<"id">>, Moderate),
    Reason = fxml:get_subtag_cdata(Moderate, <<"reason">>),
    case {maps:find(jid:tolower(From), Users), fxml:get_subtag_with_xmlns(Moderate, <<"retract">>, ?RETRACT)} of
	{{ok, #user{role = moderator}}, false} -> xmpp:err_bad_request();
	{{ok, #user{role = moderator}}, _} when Id =:= <<>>; byte_size(Id) > ?MAX_ID -> xmpp:err_bad_request();
	{{ok, #user{role = moderator}}, _} when byte_size(Reason) > ?MAX_REASON -> xmpp:err_not_acceptable();
	{{ok, #user{role = moderator, nick = Nick}}, _} -> take_back(From, Nick, Id, Reason, Room);
	_ -> xmpp:err_forbidden()
    end.

take_back(From, Nick, Id, Reason, #state{jid = Address} = Room) ->
    case archived(Address, Id) of
	#archive_msg{packet = Packet} = Archived ->
	    Tombstone = tombstone(Packet, Id),
	    Announcement = announcement(Address, Id, Nick, Reason),
	    case announce(Announcement, Archived, Tombstone, Room) of
		ok -> ?INFO_MSG("~ts took message ~ts of ~ts back", [bare(From), Id, bare(Address)]);
		Error -> Error
	    end;
	none -> xmpp:err_item_not_found()
    end.

%% The message of the room that said something and has that id in its archive. The id is the time, so that no other message
%% of the archive is read for it.
archived(#jid{luser = Name, lserver = Host}, Id) ->
    Found = mnesia:dirty_match_object(archive_msg, #archive_msg{us = {Name, Host}, id = Id, timestamp = '_', peer = '_', bare_peer = '_',
								packet = '_', nick = '_', type = groupchat}),
    case Found of
	[#archive_msg{packet = Packet} = Archived] ->
	    case fxml:get_subtag(xmpp:encode(Packet), <<"body">>) of
		#xmlel{} -> Archived;
		%% A subject, a tombstone or another announcement says nothing that could be taken back.
		false -> none
	    end;
	_ -> none
    end.

%% What is left of a message: who said it, where and under which ids, not what.
tombstone(Packet, Id) ->
    #xmlel{attrs = Attrs, children = Children} = xmpp:encode(Packet),
    Left = [El || #xmlel{name = Name} = El <- Children,
		  lists:member({Name, fxml:get_tag_attr_s(<<"xmlns">>, El)},
			       [{<<"occupant-id">>, <<"urn:xmpp:occupant-id:0">>}, {<<"stanza-id">>, ?NS_SID_0},
				{<<"origin-id">>, ?NS_SID_0}])],
    Moderated = #xmlel{name = <<"moderated">>, attrs = [{<<"xmlns">>, ?MODERATE}]},
    Retracted = #xmlel{name = <<"retracted">>, attrs = [{<<"xmlns">>, ?RETRACT}, {<<"stamp">>, now_text()}, {<<"id">>, Id}],
		       children = [Moderated]},
    #xmlel{name = <<"message">>, attrs = Attrs, children = Left ++ [Retracted]}.

now_text() ->
    list_to_binary(calendar:system_time_to_rfc3339(erlang:system_time(second), [{unit, second}, {offset, "Z"}])).

announcement(Address, Id, Nick, Reason) ->
    By = jid:encode(jid:replace_resource(Address, Nick)),
    Moderated = #xmlel{name = <<"moderated">>, attrs = [{<<"xmlns">>, ?MODERATE}, {<<"by">>, By}]},
    Said = [#xmlel{name = <<"reason">>, children = [{xmlcdata, Reason}]} || Reason =/= <<>>],
    Retract = #xmlel{name = <<"retract">>, attrs = [{<<"xmlns">>, ?RETRACT}, {<<"id">>, Id}], children = [Moderated | Said]},
    %% The hint has the archive take it, though it has no text.
    #message{from = Address, to = Address, type = groupchat, id = p1_rand:get_string(), sub_els = [Retract, #hint{type = store}]}.

%% As a message of the room's own: logged and archived first, or nothing changes.
announce(Announcement, #archive_msg{us = {Name, Host}, id = Id} = Archived, Tombstone,
	 #state{server_host = ServerHost, jid = Address, users = Users} = Room) ->
    case ejabberd_hooks:run_fold(muc_filter_message, ServerHost, Announcement, [Room, <<>>]) of
	#message{} = Filtered ->
	    ok = replace(Archived, Tombstone),
	    ok = mnesia:dirty_write(#sallyport_moderated{message = {Name, Host, Id}, tombstone = Tombstone}),
	    [ejabberd_router:route(xmpp:set_from_to(Filtered, Address, To)) || #user{jid = To} <- maps:values(Users)],
	    ok;
	_ -> xmpp:err_internal_server_error()
    end.

replace(Archived, Tombstone) ->
    {atomic, ok} = mnesia:transaction(fun() ->
					      ok = mnesia:delete_object(Archived),
					      mnesia:write(Archived#archive_msg{packet = Tombstone})
				      end),
    ok.

%% What a room repeats of its past has a time; what is said now has none.
user_receive_packet({#message{type = groupchat, from = #jid{luser = Name, lserver = Host}} = Message, State}) ->
    case xmpp:has_subtag(Message, #delay{stamp = {0, 0, 0}}) andalso moderated(Name, Host, Message) of
	#xmlel{} = Tombstone -> {as_repeated(Message, Tombstone), State};
	_ -> {Message, State}
    end;
user_receive_packet(Other) -> Other.

moderated(Name, Host, Message) ->
    Ids = [Id || El <- xmpp:get_els(Message), xmpp:get_name(El) =:= <<"stanza-id">>,
		 Id <- [fxml:get_tag_attr_s(<<"id">>, xmpp:encode(El))]],
    case [Tombstone || Id <- Ids, #sallyport_moderated{tombstone = Tombstone}
				      <- mnesia:dirty_read(sallyport_moderated, {Name, Host, Id})] of
	[Tombstone | _] -> Tombstone;
	[] -> none
    end.

%% The tombstone in the place of what was said, with the time and the ids of the message.
as_repeated(#message{} = Message, #xmlel{children = Children}) ->
    Kept = [El || El <- xmpp:get_els(Message), lists:member(xmpp:get_name(El), [<<"delay">>, <<"stanza-id">>])],
    Retracted = [El || #xmlel{name = Name} = El <- Children, lists:member(Name, [<<"retracted">>, <<"occupant-id">>, <<"origin-id">>])],
    Message#message{body = [], subject = [], thread = undefined, sub_els = Kept ++ Retracted}.

bare(Jid) -> jid:encode(jid:remove_resource(Jid)).
