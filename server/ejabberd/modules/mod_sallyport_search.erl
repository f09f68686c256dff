%% Archives (XEP-0313) searched by words (XEP-0431 0.3.0): of the own account, and of a room by whoever is in it. A query without
%% words is mod_mam's. Every word has to be in the text, in whatever case, as a word or a part of one. Needs mod_mam in Mnesia; in
%% MariaDB or MySQL mod_mam searches by itself.
-module(mod_sallyport_search).
-behaviour(gen_mod).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0, user_send_packet/1, process_iq/1, muc_process_iq/2]).

-include("logger.hrl").
-include("xmpp.hrl").
-include("mod_mam.hrl").
-include("mod_muc_room.hrl").

-define(FIELD, <<"{urn:xmpp:fulltext:0}fulltext">>).
%% In bytes, in characters; messages of a page.
-define(MAX_TEXT, 512).
-define(MAX_WORDS, 16).
-define(MIN_WORD, 2).
-define(MAX_PAGE, 50).
%% Before mod_mam's, at 50.
-define(SEQ, 41).
%% Searches of a session at once, a page of each room of a person who is in many; one more every so many milliseconds.
-define(BURST, 60).
-define(EVERY_MS, 1000).

mod_options(_) -> [].
mod_doc() -> #{}.
depends(_, _) -> [{mod_mam, hard}, {mod_muc, hard}].

start(Host, _) ->
    case gen_mod:db_mod(Host, mod_mam) of
	mod_mam_mnesia ->
	    ejabberd_hooks:add(user_send_packet, Host, ?MODULE, user_send_packet, ?SEQ),
	    ejabberd_hooks:add(muc_process_iq, Host, ?MODULE, muc_process_iq, ?SEQ),
	    gen_iq_handler:add_iq_handler(ejabberd_sm, Host, ?NS_MAM_2, ?MODULE, process_iq),
	    ok;
	Other ->
	    ?ERROR_MSG("this search needs the archive in Mnesia, not ~ts", [Other]),
	    {error, archive_not_in_mnesia}
    end.

stop(Host) ->
    ejabberd_hooks:delete(user_send_packet, Host, ?MODULE, user_send_packet, ?SEQ),
    ejabberd_hooks:delete(muc_process_iq, Host, ?MODULE, muc_process_iq, ?SEQ),
    gen_iq_handler:add_iq_handler(ejabberd_sm, Host, ?NS_MAM_2, mod_mam, process_iq_v0_3).

reload(_, _, _) -> ok.

%% --- how often ----------------------------------------------------------------------------------------------------------

user_send_packet({#iq{type = set} = IQ, State} = Sent) ->
    case is_search(IQ) of
	false -> Sent;
	true ->
	    Now = erlang:monotonic_time(millisecond),
	    {Left, Since} = maps:get(sallyport_searches, State, {?BURST, Now}),
	    More = (Now - Since) div ?EVERY_MS,
	    case min(?BURST, Left + More) of
		0 ->
		    ejabberd_router:route_error(IQ, xmpp:err_resource_constraint(<<"Too many searches at a time">>, <<"en">>)),
		    {stop, {drop, State}};
		Free -> {IQ, State#{sallyport_searches => {Free - 1, Since + More * ?EVERY_MS}}}
	    end
    end;
user_send_packet(Other) -> Other.

%% ejabberd goes on after a hook that crashes: what cannot be read is refused by whoever reads it next.
is_search(IQ) ->
    try asked(xmpp:try_subtag(IQ, #mam_query{xmlns = ?NS_MAM_2})) =/= none
    catch _:_ -> false
    end.

%% --- whose archive ------------------------------------------------------------------------------------------------------

process_iq(#iq{type = get, from = #jid{luser = U, lserver = S}, to = #jid{luser = U, lserver = S}, sub_els = [#mam_query{}]} = IQ) ->
    with_field(mod_mam:process_iq_v0_3(IQ));
process_iq(#iq{type = set, from = #jid{luser = U, lserver = S} = From, to = #jid{luser = U, lserver = S},
	       sub_els = [#mam_query{} = Query]} = IQ) ->
    case asked(Query) of
	none -> mod_mam:process_iq_v0_3(IQ);
	Text -> answer(IQ, Query, Text, jid:remove_resource(From), chat)
    end;
process_iq(IQ) -> mod_mam:process_iq_v0_3(IQ).

muc_process_iq(#iq{type = get, sub_els = [#mam_query{xmlns = ?NS_MAM_2}]} = IQ, Room) ->
    {stop, with_field(mod_mam:muc_process_iq(IQ, Room))};
muc_process_iq(#iq{type = set, from = From, sub_els = [#mam_query{xmlns = ?NS_MAM_2} = Query]} = IQ,
	       #state{users = Users, jid = Address, config = #config{mam = true}} = Room) ->
    case {asked(Query), maps:find(jid:tolower(From), Users)} of
	{none, _} -> IQ;
	%% Whoever is in it has passed all that keeps people out.
	{Text, {ok, #user{role = Role}}} -> {stop, answer(IQ, Query, Text, Address, {groupchat, Role, Room})};
	{_, error} -> {stop, xmpp:make_error(IQ, xmpp:err_forbidden())}
    end;
muc_process_iq(IQ, _) -> IQ.

with_field(#iq{type = result, sub_els = [#mam_query{xdata = #xdata{fields = Fields} = Form} = Query]} = IQ) ->
    Field = #xdata_field{type = 'text-single', var = ?FIELD},
    IQ#iq{sub_els = [Query#mam_query{xdata = Form#xdata{fields = Fields ++ [Field]}}]};
with_field(IQ) -> IQ.

%% The text that is looked for, or none.
asked(#mam_query{xdata = #xdata{fields = Fields}}) ->
    case [Values || #xdata_field{var = ?FIELD, values = Values} <- Fields] of
	[] -> none;
	[[Text]] -> Text;
	_ -> <<>>
    end;
asked(_) -> none.

%% --- searching ----------------------------------------------------------------------------------------------------------

answer(IQ, #mam_query{xdata = #xdata{fields = Fields}, rsm = Set}, Text, Archive, Kind) ->
    Others = [Field || #xdata_field{var = Var} = Field <- Fields, Var =/= ?FIELD, Var =/= <<"FORM_TYPE">>],
    FormType = #xdata_field{var = <<"FORM_TYPE">>, type = hidden, values = [?NS_MAM_1]},
    case {words(Text), Set, catch mam_query:decode([FormType | Others])} of
	{none, _, _} -> xmpp:make_error(IQ, xmpp:err_bad_request());
	%% Newest first is the one order in which a page can be had.
	{Words, #rsm_set{before = Before, 'after' = undefined, max = Max}, Form} when is_binary(Before), is_list(Form) ->
	    Limit = case Max of undefined -> ?MAX_PAGE; _ -> max(1, min(Max, ?MAX_PAGE)) end,
	    {Found, Complete} = search(Archive, Words, Form, Before, Limit),
	    send(IQ, Found, Complete, Archive, Kind);
	{_, _, Form} when is_list(Form) -> xmpp:make_error(IQ, xmpp:err_feature_not_implemented());
	_ -> xmpp:make_error(IQ, xmpp:err_bad_request())
    end.

words(Text) when byte_size(Text) > ?MAX_TEXT -> none;
words(Text) ->
    Words = string:lexemes(fold(Text), [$\s, $\t, $\n, [$\r, $\n]]),
    case Words =/= [] andalso length(Words) =< ?MAX_WORDS andalso lists:all(fun(Word) -> string:length(Word) >= ?MIN_WORD end, Words) of
	true -> Words;
	false -> none
    end.

fold(Text) -> string:casefold(Text).

%% At most so many messages before the one with the id `Before` (the newest where that is empty), oldest first.
search(#jid{luser = Name, lserver = Host}, Words, Form, Before, Limit) ->
    All = lists:reverse(lists:keysort(#archive_msg.timestamp, mnesia:dirty_read(archive_msg, {Name, Host}))),
    Earlier = [Message || #archive_msg{id = Id} = Message <- All, is_before(Id, Before)],
    newest(Earlier, Words, Form, Limit, []).

newest([], _, _, _, Found) -> {Found, true};
newest([Message | Earlier], Words, Form, Left, Found) ->
    case fits(Message, Words, Form) of
	true when Left =:= 0 -> {Found, false};
	true -> newest(Earlier, Words, Form, Left - 1, [Message | Found]);
	false -> newest(Earlier, Words, Form, Left, Found)
    end.

%% Ids are times in microseconds.
is_before(_, <<>>) -> true;
is_before(Id, Before) -> byte_size(Id) < byte_size(Before) orelse (byte_size(Id) =:= byte_size(Before) andalso Id < Before).

fits(#archive_msg{timestamp = At, bare_peer = Peer, packet = Packet}, Words, Form) ->
    within(At, Form) andalso with(Peer, proplists:get_value(with, Form)) andalso said(Packet, Words).

within(At, Form) ->
    Start = proplists:get_value(start, Form), End = proplists:get_value('end', Form),
    (Start =:= undefined orelse At >= Start) andalso (End =:= undefined orelse At =< End).

with(_, undefined) -> true;
with(Peer, With) -> Peer =:= jid:tolower(jid:remove_resource(With)).

said(Packet, Words) ->
    case fxml:get_subtag(xmpp:encode(Packet), <<"body">>) of
	false -> false;
	Body ->
	    Text = fold(fxml:get_tag_cdata(Body)),
	    lists:all(fun(Word) -> binary:match(Text, Word) =/= nomatch end, Words)
    end.

send(#iq{from = From, to = To, sub_els = [#mam_query{xmlns = NS, id = QueryId}]} = IQ, Found, Complete, Archive, Kind) ->
    lists:foreach(
      fun(#archive_msg{id = Id} = Message) ->
	      case mod_mam:msg_to_el(Message, Kind, From, Archive) of
		  {ok, El} ->
		      Result = #mam_result{xmlns = NS, id = Id, queryid = QueryId, sub_els = [El]},
		      ejabberd_router:route(#message{from = To, to = From, sub_els = [Result]});
		  {error, _} -> ok
	      end
      end, Found),
    Ends = case Found of
	       [] -> #rsm_set{};
	       [#archive_msg{id = First} | _] ->
		   #rsm_set{first = #rsm_first{data = First}, last = (lists:last(Found))#archive_msg.id}
	   end,
    xmpp:make_iq_result(IQ, #mam_fin{xmlns = NS, rsm = Ends, complete = Complete}).
