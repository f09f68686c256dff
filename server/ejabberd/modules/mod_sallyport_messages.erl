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

%% Payloads without content: a message of nothing else is not logged, beside others they are left out. Whoever wants to say
%% something past this log says it where nobody looks: only what is as empty as its purpose needs counts. In bytes.
-define(NS_WHITEBOARD, <<"urn:sallyport:whiteboard:0">>).
-define(MAX_ATTRIBUTES, 512).
-define(MAX_THREAD, 64).
-define(CONTENTLESS, [<<"http://jabber.org/protocol/chatstates">>, <<"urn:xmpp:receipts">>, <<"urn:xmpp:chat-markers:0">>,
		      <<"urn:xmpp:hints">>, <<"urn:xmpp:sid:0">>, <<"urn:xmpp:delay">>, <<"urn:xmpp:occupant-id:0">>,
		      ?NS_MUC_USER]).

mod_opt_type(directory) -> econf:binary().
mod_options(_) -> [{directory, <<>>}].
mod_doc() -> #{}.
depends(_, _) -> [].

start(Host, Opts) ->
    ok = sallyport_journal:start(gen_mod:get_opt(directory, Opts)),
    [ejabberd_hooks:add(Hook, Host, ?MODULE, Function, Seq) || {Hook, Function, Seq} <- ?HOOKS],
    ok = sallyport_room_events:start(Host),
    _ = sallyport_journal:event(<<"server.started">>, #{lserver => Host}, #{}),
    ok.

stop(Host) ->
    [ejabberd_hooks:delete(Hook, Host, ?MODULE, Function, Seq) || {Hook, Function, Seq} <- ?HOOKS],
    ok = sallyport_room_events:stop(Host),
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

user_send_packet({#message{type = Type, to = To} = Message, #{lserver := Host} = State}) ->
    case Type =:= groupchat andalso is_of_rooms(To, Host) of
	%% its room logs it, when it takes it
	true -> {xmpp:put_meta(Message, sallyport_origin, origin(State)), State};
	%% of whatever type: to a session of its own a person gets what is of a room's type as well
	false ->
	    case logged(fun() -> direct(Message, State) end) of
		true -> {Message, State};
		false -> not_logged(Message, State)
	    end
    end;
user_send_packet(Other) -> Other.

%% Whether an address is of this server's rooms. ejabberd goes on after a hook that crashes, so this may not.
is_of_rooms(#jid{lserver = Server}, Host) ->
    try lists:member(Server, gen_mod:get_module_opt_hosts(Host, mod_muc))
    catch _:_ -> false
    end;
is_of_rooms(undefined, _) -> false.

direct(#message{from = From, to = To, type = Type} = Message, #{lserver := Host} = State) ->
    case content(Message) of
	none -> none;
	Content -> maps:merge(maps:merge(Content, origin(State)), addresses(bare(From), To, atom_to_binary(Type, utf8), Host))
    end.

%% Whether the record that `Fun` makes is in the log; `none` need not be. ejabberd goes on after a hook that crashes, so
%% nothing here may.
logged(Fun) ->
    try Fun() of
	none -> true;
	Record -> sallyport_journal:write(messages, Record) =:= ok
    catch _:_ -> false
    end.

not_logged(Message, State) ->
    ejabberd_router:route_error(Message, failure()),
    {stop, {drop, State}}.

failure() -> xmpp:err_internal_server_error(<<"The message log cannot be written">>, <<"en">>).

muc_filter_message(#message{} = Message, #state{} = Data, Nick) ->
    case may_clear(Message, Data, Nick) andalso logged(fun() -> in_room(Message, Data, Nick) end) of
	true -> Message;
	false -> refused_in_room(Message, Data, Nick)
    end;
muc_filter_message(Other, _, _) -> Other.

%% Nobody but a moderator empties a room's whiteboard (docs/whiteboard.md): whoever reads the archive later has nobody's word
%% for the role.
may_clear(Message, #state{nicks = Nicks, users = Users}, Nick) ->
    not lists:any(fun clears_whiteboard/1, xmpp:get_els(Message))
	orelse lists:any(fun(Key) ->
				 case maps:find(Key, Users) of
				     {ok, #user{role = moderator}} -> true;
				     _ -> false
				 end
			 end, maps:get(Nick, Nicks, [])).

clears_whiteboard(#xmlel{name = <<"board">>, children = Children} = Board) ->
    fxml:get_tag_attr_s(<<"xmlns">>, Board) =:= ?NS_WHITEBOARD
	andalso lists:any(fun(#xmlel{name = <<"clear">>}) -> true; (_) -> false end, Children);
clears_whiteboard(_) -> false.

refused_in_room(Message, Data, Nick) ->
    case may_clear(Message, Data, Nick) of
	true -> not_logged_in_room(Message);
	false ->
	    ejabberd_router:route_error(Message, xmpp:err_forbidden(<<"Only a moderator empties the whiteboard">>, <<"en">>)),
	    {stop, drop}
    end.

in_room(#message{from = From} = Message, #state{jid = Room} = Data, Nick) ->
    case content(Message) of
	none -> none;
	Content ->
	    maps:merge(maps:merge(Content, xmpp:get_meta(Message, sallyport_origin, #{})),
		       #{type => <<"groupchat">>, room => bare(Room), from => real_address(From, Nick, Data), nick => Nick})
    end.

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
addresses(From, #jid{lresource = Nick} = To, Type, Host) ->
    case is_of_rooms(To, Host) of
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

has_content(#xmlel{name = Name, children = Children} = El) ->
    Nested = lists:any(fun is_element/1, Children),
    case is_plain(El) of
	true when Name =:= <<"body">>; Name =:= <<"subject">> -> Nested;
	true when Name =:= <<"thread">> -> Nested orelse byte_size(fxml:get_tag_cdata(El)) > ?MAX_THREAD;
	_ -> not (is_empty(El) andalso lists:member(fxml:get_tag_attr_s(<<"xmlns">>, El), ?CONTENTLESS))
    end.

is_empty(#xmlel{attrs = Attrs, children = Children} = El) ->
    not lists:any(fun is_element/1, Children) andalso lists:sum([byte_size(Value) || {_, Value} <- Attrs]) =< ?MAX_ATTRIBUTES
	andalso re:run(fxml:get_tag_cdata(El), "\\S", [{capture, none}]) =:= nomatch.

is_element(#xmlel{}) -> true;
is_element(_) -> false.
