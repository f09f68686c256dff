%% What is published (XEP-0060) as records of the message log.
-module(sallyport_published).
-export([record/6, record_of/5, elements/1, is_of_account/2]).

-include("xmpp.hrl").
-include("pubsub.hrl").

-define(NS_LABEL, <<"urn:xmpp:sec-label:0">>).

%% ok when it is in the log. `Entry` is `none` where something is taken back.
record(From, To, Node, Id, Entry, Origin) ->
    Record = maps:merge(Origin, #{type => <<"feed">>, from => From, to => To, feed => Node}),
    sallyport_journal:write(messages, maps:merge(Record, maps:from_list([{id, Id} || Id =/= <<>>] ++ content(Entry)))).

%% The same for an `<item/>` that a client publishes, or takes back, in the session of this state; the error where it cannot be logged,
%% or has no id, by which it could be taken away.
record_of(From, To, Node, Item, State) ->
    case fxml:get_tag_attr_s(<<"id">>, Item) of
	<<>> -> xmpp:err_not_allowed();
	Id -> record_of(From, To, Node, Id, Item, State)
    end.

record_of(From, To, Node, Id, Item, State) ->
    Entry = case elements(Item) of [El] -> El; [] -> none end,
    Origin = (maps:with([machine, session], sallyport_sessions:describe(State)))#{subscribers => subscribers(To, Node)},
    case record(jid:encode(jid:remove_resource(From)), To, Node, Id, Entry, Origin) of
	ok -> ok;
	_ -> xmpp:err_internal_server_error(<<"The message log cannot be written">>, <<"en">>)
    end.

%% How many have subscribed; a person's feed is that of an account's address.
subscribers(To, Node) ->
    Service = case jid:decode(To) of
		  #jid{luser = <<>>} -> To;
		  Person -> jid:tolower(Person)
	      end,
    case mod_pubsub:tree_action(Service, get_node, [Service, Node]) of
	#pubsub_node{id = Id, type = Type} ->
	    {result, Subscriptions} = mod_pubsub:node_action(Service, Type, get_node_subscriptions, [Id]),
	    length([Jid || {Jid, subscribed, _} <- Subscriptions]);
	_ -> 0
    end.

content(none) -> [];
content(Entry) ->
    Texts = [fxml:get_tag_cdata(El) || Name <- [<<"title">>, <<"summary">>, <<"content">>], El <- elements(Entry), El#xmlel.name =:= Name],
    [{body, iolist_to_binary(lists:join($\n, Texts))} || Texts =/= []]
	++ [{label, Label} || El <- elements(Entry), fxml:get_tag_attr_s(<<"xmlns">>, El) =:= ?NS_LABEL,
			      Label <- [fxml:get_path_s(El, [{elem, <<"displaymarking">>}, cdata])]]
	++ [{payloads, fxml:element_to_binary(Entry)}].

%% Whether a `<subscribe/>` is for the account itself: each resource would be a subscription of its own, kept for ever.
is_of_account(Wish, From) ->
    try jid:decode(fxml:get_tag_attr_s(<<"jid">>, Wish)) of
	Jid -> jid:tolower(Jid) =:= jid:tolower(jid:remove_resource(From))
    catch
	_:_ -> false
    end.

elements(#xmlel{children = Children}) -> [El || #xmlel{} = El <- Children].
