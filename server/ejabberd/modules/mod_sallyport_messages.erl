%% The message log: every message that the server takes for delivery, between people and in rooms, with the people's real
%% addresses (server/kit/README.md). What cannot be logged is not delivered. It also keeps the audit log's file.
-module(mod_sallyport_messages).
-behaviour(gen_mod).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_opt_type/1, mod_doc/0]).
-export([user_send_packet/1, muc_filter_message/3, session_opened/1, session_closed/2]).

-include("xmpp.hrl").
-include("mod_muc_room.hrl").

%% Before mod_mam's, at 88 and 50: what is not logged is not archived either.
-define(HOOKS, [{user_send_packet, user_send_packet, 80}, {muc_filter_message, muc_filter_message, 40},
		{c2s_session_opened, session_opened, 99}, {c2s_terminated, session_closed, 1}]).

%% Payloads without content: a message of nothing else is not logged, beside others they are left out.
-define(CONTENTLESS, [<<"http://jabber.org/protocol/chatstates">>, <<"urn:xmpp:receipts">>, <<"urn:xmpp:chat-markers:0">>,
		      <<"urn:xmpp:hints">>, <<"urn:xmpp:sid:0">>, <<"urn:xmpp:delay">>, <<"urn:xmpp:occupant-id:0">>]).

mod_opt_type(directory) -> econf:binary().
mod_options(_) -> [{directory, <<>>}].
mod_doc() -> #{}.
depends(_, _) -> [].

start(Host, Opts) ->
    ok = sallyport_journal:start(gen_mod:get_opt(directory, Opts)),
    [ejabberd_hooks:add(Hook, Host, ?MODULE, Function, Seq) || {Hook, Function, Seq} <- ?HOOKS],
    _ = sallyport_journal:event(<<"server.started">>, #{lserver => Host}, #{}),
    ok.

stop(Host) ->
    [ejabberd_hooks:delete(Hook, Host, ?MODULE, Function, Seq) || {Hook, Function, Seq} <- ?HOOKS],
    _ = sallyport_journal:event(<<"server.stopped">>, #{lserver => Host}, #{}),
    ok.

reload(_, Opts, _) -> sallyport_journal:start(gen_mod:get_opt(directory, Opts)).

%% --- sessions -----------------------------------------------------------------------------------------------------------

session_opened(#{resource := Resource} = State) ->
    _ = sallyport_journal:event(<<"session.started">>, State, #{resource => Resource}),
    State.

session_closed(#{jid := #jid{resource = Resource}} = State, _) ->
    _ = sallyport_journal:event(<<"session.ended">>, State, #{resource => Resource}),
    State;
session_closed(State, _) -> State.

%% --- messages -----------------------------------------------------------------------------------------------------------

user_send_packet({#message{type = error}, _} = Unlogged) -> Unlogged;
user_send_packet({#message{type = groupchat} = Message, State}) ->
    %% its room logs it, when it takes it
    {xmpp:put_meta(Message, sallyport_origin, origin(State)), State};
user_send_packet({#message{from = From, to = To, type = Type} = Message, #{lserver := Host} = State}) ->
    try content(Message) of
	none -> {Message, State};
	Content ->
	    Record = maps:merge(maps:merge(Content, origin(State)), addresses(bare(From), To, atom_to_binary(Type, utf8), Host)),
	    case sallyport_journal:write(messages, Record) of
		ok -> {Message, State};
		_ -> not_logged(Message, State)
	    end
    catch _:_ -> not_logged(Message, State)
    end;
user_send_packet(Other) -> Other.

not_logged(Message, State) ->
    ejabberd_router:route_error(Message, failure()),
    {stop, {drop, State}}.

failure() -> xmpp:err_internal_server_error(<<"The message log cannot be written">>, <<"en">>).

muc_filter_message(#message{from = From} = Message, #state{jid = Room} = Data, Nick) ->
    try content(Message) of
	none -> Message;
	Content ->
	    Real = real_address(From, Nick, Data),
	    Record = maps:merge(maps:merge(Content, xmpp:get_meta(Message, sallyport_origin, #{})),
				#{type => <<"groupchat">>, room => bare(Room), from => Real, nick => Nick}),
	    case sallyport_journal:write(messages, Record) of
		ok -> Message;
		_ -> not_logged_in_room(Message)
	    end
    catch _:_ -> not_logged_in_room(Message)
    end;
muc_filter_message(Other, _, _) -> Other.

not_logged_in_room(Message) ->
    ejabberd_router:route_error(Message, failure()),
    {stop, drop}.

real_address(#jid{lserver = Server} = From, Nick, #state{jid = #jid{lserver = Server}, nicks = Nicks}) ->
    case maps:get(Nick, Nicks, []) of
	[{User, Host, _} | _] -> <<User/binary, "@", Host/binary>>;
	_ -> bare(From)
    end;
real_address(From, _, _) -> bare(From).

origin(State) -> maps:with([machine, session], sallyport_sessions:describe(State)).

addresses(From, undefined, Type, _) -> #{type => Type, from => From, to => From};
addresses(From, #jid{lserver = Server, lresource = Nick} = To, Type, Host) ->
    Rooms = case gen_mod:is_loaded(Host, mod_muc) of true -> gen_mod:get_module_opt_hosts(Host, mod_muc); false -> [] end,
    case lists:member(Server, Rooms) of
	true -> #{type => <<"private">>, from => From, room => bare(To), toNick => Nick};
	false -> #{type => Type, from => From, to => bare(To)}
    end.

bare(Jid) -> jid:encode(jid:remove_resource(Jid)).

%% The content of a message as fields of its record; `none` when it has none.
content(#message{id = Id} = Message) ->
    #xmlel{children = Children} = xmpp:encode(Message, ?NS_CLIENT),
    Els = [El || #xmlel{} = El <- Children],
    Texts = [{Field, join([fxml:get_tag_cdata(El) || #xmlel{name = Name} = El <- Els, Name =:= Field, is_plain(El)])}
	     || Field <- [<<"body">>, <<"subject">>]],
    Payloads = [fxml:element_to_binary(El) || El <- Els, has_content(El)],
    case {[Text || {_, [_ | _]} = Text <- Texts], Payloads} of
	{[], []} -> none;
	{Found, _} ->
	    Fields = [{Field, iolist_to_binary(Text)} || {Field, Text} <- Found]
		++ [{payloads, iolist_to_binary(Payloads)} || Payloads =/= []] ++ [{id, Id} || Id =/= <<>>]
		++ [{label, Label} || El <- Els, fxml:get_tag_attr_s(<<"xmlns">>, El) =:= <<"urn:xmpp:sec-label:0">>,
				      Label <- [fxml:get_path_s(El, [{elem, <<"displaymarking">>}, cdata])]],
	    maps:from_list(Fields)
    end.

%% Several languages: all of them.
join([]) -> [];
join(Texts) -> lists:join($\n, Texts).

is_plain(El) -> lists:member(fxml:get_tag_attr_s(<<"xmlns">>, El), [<<>>, ?NS_CLIENT]).

has_content(#xmlel{name = Name} = El) ->
    Ns = fxml:get_tag_attr_s(<<"xmlns">>, El),
    not (is_plain(El) andalso lists:member(Name, [<<"body">>, <<"subject">>, <<"thread">>])) andalso not lists:member(Ns, ?CONTENTLESS)
	andalso not (Ns =:= ?NS_MUC_USER andalso [Child || #xmlel{} = Child <- El#xmlel.children] =:= []).
